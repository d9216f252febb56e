import { type RawRegistry } from '@nx-oci/publish';

import { type ResolvedProjects } from '../../resolved-projects';
import { type FoundImage } from '../sources/found-image';
import { splitImageName } from '../sources/image-name';
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
}

/** Assigns images to projects and registries. Of several sources for a project, the first counts. Pure. */
export function planMigration(found: readonly FoundImage[], { projects, existing, repository }: Known): Migration {
  const left: string[] = [];
  const known = found.flatMap((image) => {
    const names = image.names.map((name) => splitImageName(name, repository));
    const project = findProject(image, projects);
    const clear = names.flatMap((name) => name ?? []);
    if (clear.length < names.length)
      left.push(
        `${image.source}: the name ${image.names.join(', ')} is only known in its job → nx g nx-oci:image <project>, and an entry in registries.yaml`,
      );
    else if (project === undefined)
      left.push(
        `${image.source}: ${image.names.join(', ')} belongs to no project → nx g nx-oci:image <project> --dockerfile=${image.build.dockerfile ?? 'FILE'}`,
      );
    return clear.length < names.length || project === undefined ? [] : [{ found: image, project, names: clear }];
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
