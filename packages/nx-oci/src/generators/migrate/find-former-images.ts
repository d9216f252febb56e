import { type NxJsonConfiguration, type Tree } from '@nx/devkit';

import { type ResolvedProjects } from '../resolved-projects';
import { findContainerTargets } from './plugins/find-container-targets';
import { findReleaseImages } from './plugins/find-release-images';
import { type FoundImage } from './sources/found-image';
import { findWorkflowImages } from './workflow/find-workflow-images';

const WORKFLOWS = '.github/workflows';

/** The images that a workspace publishes with other tools: nx-container, @nx/docker, docker/build-push-action. */
export function findFormerImages(tree: Tree, projects: ResolvedProjects, nxJson: NxJsonConfiguration): readonly FoundImage[] {
  const workflows = tree.exists(WORKFLOWS)
    ? tree
        .children(WORKFLOWS)
        .filter((file) => /\.ya?ml$/.test(file))
        .sort()
    : [];
  return [
    ...findContainerTargets(projects),
    ...findReleaseImages(nxJson, projects),
    ...workflows.flatMap((file) => findWorkflowImages(`${WORKFLOWS}/${file}`, tree.read(`${WORKFLOWS}/${file}`, 'utf8') ?? '')),
  ];
}
