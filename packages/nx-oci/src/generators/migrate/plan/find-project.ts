import { posix } from 'node:path';

import { type ResolvedProjects } from '../../resolved-projects';
import { type FoundImage } from '../sources/found-image';

/** The project that an image belongs to: the named one, else that of its Dockerfile or context, else the one with its name. */
export function findProject({ project, build, names }: FoundImage, projects: ResolvedProjects): string | undefined {
  if (project !== undefined) return project;
  const folder = posix.dirname(build.dockerfile ?? '');
  const inside = projectOf(folder, projects) ?? projectOf(build.context ?? '.', projects);
  if (inside !== undefined) return inside;
  const images = names.map((name) => posix.basename(name).toLowerCase());
  const named = Object.entries(projects).filter(([name, { root }]) =>
    images.some((image) => image === name.toLowerCase() || image === posix.basename(root)),
  );
  const [only] = named;
  return named.length === 1 ? only?.[0] : undefined;
}

/** The innermost project around a folder, apart from that of the whole workspace. */
function projectOf(folder: string, projects: ResolvedProjects): string | undefined {
  const around = Object.entries(projects).filter(
    ([, { root }]) => root !== '.' && root !== '' && (folder === root || folder.startsWith(`${root}/`)),
  );
  return around.sort(([, one], [, other]) => other.root.length - one.root.length)[0]?.[0];
}
