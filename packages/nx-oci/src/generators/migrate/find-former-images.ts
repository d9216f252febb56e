import { type NxJsonConfiguration, type Tree } from '@nx/devkit';

import { type ResolvedProjects } from '../resolved-projects';
import { type RepositoryFacts } from '../registry/repository-facts';
import { type Constants } from './expressions/evaluate-expression';
import { findContainerTargets } from './plugins/find-container-targets';
import { findReleaseImages } from './plugins/find-release-images';
import { type FoundImage } from './sources/found-image';
import { findWorkflowImages } from './workflow/find-workflow-images';

const WORKFLOWS = '.github/workflows';

const NO_REPOSITORY = { owner: undefined, name: '' };

interface Known {
  readonly projects: ResolvedProjects;
  readonly nxJson: NxJsonConfiguration;
  readonly repository?: Pick<RepositoryFacts, 'owner' | 'name'>;
}

/** The images that a workspace publishes with other tools: nx-container, @nx/docker, docker/build-push-action. */
export function findFormerImages(
  tree: Tree,
  { projects, nxJson, repository: { owner, name } = NO_REPOSITORY }: Known,
): readonly FoundImage[] {
  const repository: Constants = owner === undefined ? {} : { 'github.repository': `${owner}/${name}`, 'github.repository_owner': owner };
  const readText = (path: string) => tree.read(path, 'utf8') ?? undefined;
  const workflows = tree.exists(WORKFLOWS)
    ? tree
        .children(WORKFLOWS)
        .filter((file) => /\.ya?ml$/.test(file))
        .sort()
    : [];
  return [
    ...findContainerTargets(projects),
    ...findReleaseImages(nxJson, projects),
    ...workflows.flatMap((file) => findWorkflowImages(`${WORKFLOWS}/${file}`, { readText, projects, repository })),
  ];
}
