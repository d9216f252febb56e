import { type RawRegistry } from '@nx-oci/publish';

import { type ResolvedProjects } from '../../resolved-projects';
import { isAddress } from '../sources/expressions';
import { type FoundImage } from '../sources/found-image';
import { type ImageName, splitImageName } from '../sources/image-name';
import { findProject } from './find-project';
import { isFor, planRegistries, type PlannedRegistry } from './plan-registries';

/** An image that is taken over. */
export interface PlannedImage {
  readonly found: FoundImage;
  readonly project: string;
  /** Its name below the namespace. */
  readonly image: string;
  /** Names of entries in registries.yaml. */
  readonly registries: readonly string[];
}

/** What is written, and what is not taken over. */
export interface Migration {
  readonly registries: readonly PlannedRegistry[];
  readonly images: readonly PlannedImage[];
  /** Images without a project, or with names that only their job knows, one sentence each. */
  readonly left: readonly string[];
}

interface Known {
  readonly projects: ResolvedProjects;
  readonly existing: Readonly<Record<string, RawRegistry>>;
  /** Name of the repository. */
  readonly repository: string;
  /** The command before `nx`. */
  readonly exec: string;
}

/** Assigns images to projects and registries. Of several sources for a project, the first counts. Pure. */
export function planMigration(found: readonly FoundImage[], { projects, existing, repository, exec }: Known): Migration {
  const left: string[] = [];
  const known = found.flatMap((image) => {
    const names = image.names.map((name) => splitImageName(name, repository));
    const project = findProject(image, projects);
    const clear = names.flatMap((name) => name ?? []);
    const problem = describeProblem(image, clear, { project, exec });
    if (problem !== undefined) left.push(`${image.source}: ${problem}`);
    return problem !== undefined || project === undefined ? [] : [{ found: image, project, names: clear }];
  });
  const first = known.filter(({ project }, index) => known.findIndex((other) => other.project === project) === index);
  const others = known.filter((one) => !first.includes(one));
  left.push(
    ...others.map(
      ({ found: { source }, project }) =>
        `${source}: also publishes ${project}, whose image was taken over from another place → compare the two`,
    ),
  );
  const logins = found.flatMap((image) => image.logins);
  const registries = planRegistries(
    first.flatMap(({ names }) => names),
    { existing, logins },
  );
  const entries = [...Object.entries(existing), ...registries.map(({ name, entry }) => [name, entry] as const)];
  const images = first.map(({ names, ...image }) => ({
    ...image,
    image: names[0]?.image ?? '',
    registries: names.flatMap((name) => entries.find(([, entry]) => isFor(entry, name))?.[0] ?? []),
  }));
  const differing = first.filter(({ names }) => new Set(names.map(({ image }) => image)).size > 1);
  left.push(
    ...differing.map(
      ({ found: { source, names } }) => `${source}: ${names.join(' and ')} have different names; both are published as the first`,
    ),
  );
  return { registries, images, left };
}

/** Why an image is left alone; undefined if it is taken over. */
function describeProblem(
  { names, build }: FoundImage,
  clear: readonly ImageName[],
  { project, exec }: { readonly project: string | undefined; readonly exec: string },
): string | undefined {
  const open = project ?? '<project>';
  if (names.length === 0) return `its name is only known in its job → ${exec} nx g nx-oci:image ${open}, and an entry in registries.yaml`;
  if (clear.length < names.length)
    return `the name ${names.join(', ')} is only known in its job → ${exec} nx g nx-oci:image ${open}, and an entry in registries.yaml`;
  const [bare] = clear.filter(({ host, namespace }) => host === 'docker.io' && namespace === undefined);
  if (bare !== undefined)
    return `the name ${bare.image} has no registry → ${exec} nx g nx-oci:image ${open}, and an entry in registries.yaml`;
  if (isAddress(build.context ?? ''))
    return `its context is another repository, or a folder that its address names → publish it from there, or write its image with ${exec} nx g nx-oci:image ${open}`;
  if (project === undefined)
    return `${names.join(', ')} belongs to no project → ${exec} nx g nx-oci:image <project> --dockerfile=${build.dockerfile ?? 'FILE'}`;
  return undefined;
}
