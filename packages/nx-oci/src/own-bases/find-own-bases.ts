import {
  imageFolder,
  imageNameOf,
  findNamedWorkspaceImage,
  layoutFolder,
  namedImages,
  type NamedBase,
  type ReadText,
  type WorkspaceImage,
} from '@nx-oci/publish';

import { BUILD_EXECUTOR } from '../nx/executor-names';
import { findPublishTargets } from '../nx-run/publish-targets';
import { targetOptions } from '../nx-run/target-options';
import { type Projects } from './published-images';

/** The image of another project of the workspace that an image is based on or copies from. */
export interface OwnBase extends NamedBase {
  readonly project: string;
  /** Builds the image. */
  readonly target: string;
  /** The project of the base. */
  readonly base: string;
}

/** An image target, and the options that count for it. */
export interface ImageTarget {
  readonly project: string;
  readonly target: string;
  /** As written. */
  readonly options: object;
}

/** All image targets of a workspace. */
export function findImageTargets(projects: Projects): readonly ImageTarget[] {
  return Object.entries(projects).flatMap(([project, { targets = {} }]) =>
    Object.entries(targets)
      .filter(([, { executor }]) => executor === BUILD_EXECUTOR)
      .map(([target, configuration]) => ({ project, target, options: targetOptions(configuration) })),
  );
}

/**
 * The images of other projects that an image target names. A project that names its own image means the one that it has
 * published before, as for a cache. Pure.
 */
export function findOwnBases({ project, target, options }: ImageTarget, named: NamingContext): readonly OwnBase[] {
  const { projects, images, readText } = named;
  return namedImages(options, projects[project]?.root ?? '.', readText).flatMap((image) => {
    const folder = layoutFolder(image.reference);
    const base = folder === undefined ? findNamedWorkspaceImage(image.reference, images)?.project : projectOf(folder, projects);
    return base === undefined || base === project ? [] : [{ ...image, project, target, base }];
  });
}

export interface NamingContext {
  readonly projects: Projects;
  readonly images: readonly WorkspaceImage[];
  readonly readText: ReadText;
}

/**
 * Whether a reference could mean an image of the workspace, by the last part of its name alone: most cannot, and then
 * registries.yaml need not be read. Pure.
 */
export function nameFilter(projects: Projects): (reference: string) => boolean {
  const names = new Set(
    findPublishTargets(projects).map(({ project, options }) =>
      lastPart(typeof options.image === 'string' ? options.image : imageNameOf(project)),
    ),
  );
  return (reference) => names.has(lastPart(reference));
}

function lastPart(name: string): string {
  return name
    .slice(name.lastIndexOf('/') + 1)
    .replace(/[:@].*$/s, '')
    .toLowerCase();
}

function projectOf(folder: string, projects: Projects): string | undefined {
  return Object.keys(projects).find((project) => imageFolder('', project).replaceAll('\\', '/') === folder);
}
