import { type ProjectConfiguration } from '@nx/devkit';
import { publishedNames, readTargetParts, type Registries, type TargetParts, type WorkspaceImage } from '@nx-oci/publish';

import { targetOptions } from '../nx-run/target-options';

import { BUILD_EXECUTOR } from '../nx/executor-names';
import { findPublishTargets } from '../nx-run/publish-targets';

export type Projects = Readonly<Record<string, ProjectConfiguration>>;

/** The names under which the projects of a workspace publish their images. Pure. */
export function findPublishedImages(projects: Projects, registries: Registries): readonly WorkspaceImage[] {
  return findPublishTargets(projects).flatMap((target) =>
    publishedNames(target, registries).map((name) => ({
      ...name,
      project: target.project,
      ...(hasParts(projects, target.project) && { hasParts: true }),
    })),
  );
}

function hasParts(projects: Projects, project: string): boolean {
  const target = imageTargetOf(projects, project);
  return target !== undefined && partsOf(projects, project, target) !== undefined;
}

function partsOf(projects: Projects, project: string, target: string): TargetParts | undefined {
  return readTargetParts(targetOptions(projects[project]?.targets?.[target] ?? {}));
}

/**
 * The target that builds the image of a project: the one that a publish depends on, else the first. Of an image of parts, the one
 * that makes the part for a platform, or checks all of them. Pure.
 *
 * @param platform of the image that is built on it, if that is a part.
 */
export function imageTargetOf(projects: Projects, project: string, platform?: string): string | undefined {
  const targets = projects[project]?.targets ?? {};
  const builds = Object.keys(targets).filter((name) => targets[name]?.executor === BUILD_EXECUTOR);
  const needed = findPublishTargets({ [project]: { root: '', targets } }).flatMap(({ target }) => targets[target]?.dependsOn ?? []);
  const meant = builds.find((name) => needed.includes(name)) ?? builds[0];
  if (meant === undefined || partsOf(projects, project, meant) === undefined) return meant;
  const made = builds.map((name) => ({ name, parts: partsOf(projects, project, name) }));
  const ofPart = platform === undefined ? undefined : made.find(({ parts }) => parts?.platform === platform);
  const ofAll = made.find(({ parts }) => parts !== undefined && parts.platform === undefined);
  return (ofPart ?? ofAll)?.name ?? meant;
}
