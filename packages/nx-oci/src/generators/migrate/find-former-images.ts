import { type NxJsonConfiguration, type Tree } from '@nx/devkit';

import { type ResolvedProjects } from '../resolved-projects';
import { type RepositoryFacts } from '../registry/repository-facts';
import { type Constants } from './expressions/evaluate-expression';
import { findContainerTargets } from './plugins/find-container-targets';
import { findReleaseImages } from './plugins/find-release-images';
import { type FoundImage } from './sources/found-image';
import { withoutSecrets } from './sources/without-secrets';
import { findUnreadJobs } from './workflow/find-unread-jobs';
import { findWorkflowImages } from './workflow/find-workflow-images';
import { type ReadText } from './workflow/job-runs';

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
  const readText = readTextOf(tree);
  return [
    ...findContainerTargets(projects),
    ...findReleaseImages(nxJson, projects),
    ...listWorkflows(tree).flatMap((file) => findWorkflowImages(file, { readText, projects, repository })),
  ].map(withoutSecrets);
}

/** What seems to publish images in a way that is not read, one sentence each. */
export function findUnread(tree: Tree): readonly string[] {
  return listWorkflows(tree).flatMap((file) => findUnreadJobs(file, readTextOf(tree)));
}

function readTextOf(tree: Tree): ReadText {
  return (path) => tree.read(path, 'utf8') ?? undefined;
}

function listWorkflows(tree: Tree): readonly string[] {
  if (!tree.exists(WORKFLOWS)) return [];
  const files = tree.children(WORKFLOWS).filter((file) => /\.ya?ml$/.test(file));
  return files.sort().map((file) => `${WORKFLOWS}/${file}`);
}
