import { readAzurePipelines } from './azure-pipelines';
import { readBitbucket } from './bitbucket';
import { type CiFacts, type CiReader, type Environment } from './ci-facts';
import { readCircleCi } from './circle-ci';
import { readGitHubActions } from './github-actions';
import { readGitLabCi } from './gitlab-ci';
import { readJenkins } from './jenkins';
import { readMergeQueue } from './merge-queue';

const READERS: readonly CiReader[] = [
  readGitHubActions,
  readGitLabCi,
  readCircleCi,
  readAzurePipelines,
  readBitbucket,
  // Last: agents of other systems are sometimes started by Jenkins and keep its variables.
  readJenkins,
];

/**
 * What the CI system around us says of this build. Pure.
 *
 * @param event content of the file that GitHub Actions names in `GITHUB_EVENT_PATH`, parsed; anything may be in it.
 */
export function readCiFacts(env: Environment, event?: unknown): CiFacts {
  for (const read of READERS) {
    const facts = read(env, event);
    if (facts !== undefined) return readMergeQueue(facts);
  }
  return { event: 'local' };
}
