import { type ProjectConfiguration } from '@nx/devkit';
import { publishedNames, type Registries, type WorkspaceImage } from '@nx-oci/publish';

import { BUILD_EXECUTOR } from '../nx/executor-names';
import { findPublishTargets } from '../nx-run/publish-targets';

export type Projects = Readonly<Record<string, ProjectConfiguration>>;

/** The names under which the projects of a workspace publish their images. Pure. */
export function findPublishedImages(projects: Projects, registries: Registries): readonly WorkspaceImage[] {
  return findPublishTargets(projects).flatMap((target) =>
    publishedNames(target, registries).map((name) => ({ ...name, project: target.project })),
  );
}

/** The target that builds the image of a project: the one that a publish depends on, else the first. Pure. */
export function imageTargetOf(projects: Projects, project: string): string | undefined {
  const targets = projects[project]?.targets ?? {};
  const builds = Object.keys(targets).filter((name) => targets[name]?.executor === BUILD_EXECUTOR);
  const needed = findPublishTargets({ [project]: { root: '', targets } }).flatMap(({ target }) => targets[target]?.dependsOn ?? []);
  return builds.find((name) => needed.includes(name)) ?? builds[0];
}
