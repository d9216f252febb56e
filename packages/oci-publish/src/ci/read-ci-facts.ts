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
  // Its machines may also run the agents of other systems.
  readCodeBuild,
  // Last: Jenkins sometimes starts agents of other systems, which keep its variables.
  readJenkins,
];

/**
 * What the current CI system says about this build. Pure.
 *
 * @param event parsed content of the file in `GITHUB_EVENT_PATH` of GitHub Actions; not validated.
 */
export function readCiFacts(env: Environment, event?: unknown): CiFacts {
  for (const read of READERS) {
    const facts = read(env, event);
    if (facts !== undefined) return withoutTagOfPullRequest(readMergeQueue(facts));
  }
  return { event: 'local' };
}

/** For a pull request a merge commit is built, which no git tag names, whatever a system says. */
function withoutTagOfPullRequest({ tag, ...facts }: CiFacts): CiFacts {
  return tag === undefined || facts.event === 'pullRequest' ? facts : { ...facts, tag };
}
