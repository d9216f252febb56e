import { readAppVeyor } from './systems/app-veyor';
import { readAzurePipelines } from './systems/azure-pipelines';
import { readBitbucket } from './systems/bitbucket';
import { readBuildkite } from './systems/buildkite';
import { type CiFacts, type CiReader, type Environment } from './facts/ci-facts';
import { readCircleCi } from './systems/circle-ci';
import { readCodeBuild } from './systems/code-build';
import { readDrone } from './systems/drone';
import { readGitHubActions } from './systems/github-actions';
import { readGitLabCi } from './systems/gitlab-ci';
import { readJenkins } from './systems/jenkins';
import { readMergeQueue } from './facts/merge-queue';
import { readSemaphore } from './systems/semaphore';
import { readTeamCity } from './systems/team-city';
import { readTravisCi } from './systems/travis-ci';
import { readWoodpecker } from './systems/woodpecker';

const READERS: readonly CiReader[] = [
  readGitHubActions,
  readGitLabCi,
  readCircleCi,
  readAzurePipelines,
  readBitbucket,
  readBuildkite,
  readDrone,
  readWoodpecker,
  readTravisCi,
  readSemaphore,
  readAppVeyor,
  readTeamCity,
  // Its machines may run the agents of other systems, too.
  readCodeBuild,
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
    if (facts !== undefined) return withoutTagOfPullRequest(readMergeQueue(facts));
  }
  return { event: 'local' };
}

/** What is built of a pull request is a merge that no git tag names, whatever else a system says of it. */
function withoutTagOfPullRequest({ tag, ...facts }: CiFacts): CiFacts {
  return tag === undefined || facts.event === 'pullRequest' ? facts : { ...facts, tag };
}
