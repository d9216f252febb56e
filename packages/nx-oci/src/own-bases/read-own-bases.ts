import { isOciError } from '@nx-oci/model';
import { layoutFolder, loadRegistries, namedImages, type ReadText, type WorkspaceImage } from '@nx-oci/publish';

import { findImageTargets, findOwnBases, nameFilter, type ImageTarget, type OwnBase } from './find-own-bases';
import { findPublishedImages, type Projects } from './published-images';

export interface OwnBasesContext {
  /** Absolute. */
  readonly workspaceRoot: string;
  readonly env: NodeJS.ProcessEnv;
  readonly readText: ReadText;
}

/** The images of this workspace that its image targets are based on or copy from. */
export interface OwnBases {
  readonly all: readonly OwnBase[];
  /** Under which names projects publish their images; none unless one of these images is named. */
  readonly images: readonly WorkspaceImage[];
}

/**
 * Finds the images of this workspace that others are based on. Reads registries.yaml only if a name could mean one.
 *
 * @param asked image targets; by default all of the workspace
 */
export async function readOwnBases(
  projects: Projects,
  { workspaceRoot, env, readText }: OwnBasesContext,
  asked: readonly ImageTarget[] = findImageTargets(projects),
): Promise<OwnBases> {
  const mayBeOwn = nameFilter(projects);
  const named = asked.filter(({ project, options }) =>
    namedImages(options, projects[project]?.root ?? '.', readText).some(
      ({ reference }) => layoutFolder(reference) !== undefined || mayBeOwn(reference),
    ),
  );
  if (named.length === 0) return { all: [], images: [] };
  const images = await readImages(projects, workspaceRoot, env);
  return { images, all: named.flatMap((target) => findOwnBases(target, { projects, images, readText })) };
}

/** A publish reports what is wrong with registries.yaml. */
async function readImages(projects: Projects, workspaceRoot: string, env: NodeJS.ProcessEnv): Promise<readonly WorkspaceImage[]> {
  try {
    return findPublishedImages(projects, await loadRegistries(workspaceRoot, env));
  } catch (error) {
    if (isOciError(error)) return [];
    throw error;
  }
}
