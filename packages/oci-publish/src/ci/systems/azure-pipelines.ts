import { toSourceUrl } from '../facts/remote-url';
import { type CiEvent, type CiFacts, type Environment, type PullRequest } from '../facts/ci-facts';
import { asNumber, present } from '../facts/present';

// BUILD_REASON
const EVENTS: Readonly<Record<string, CiEvent>> = {
  IndividualCI: 'push',
  BatchedCI: 'push',
  Manual: 'manual',
  Schedule: 'schedule',
  PullRequest: 'pullRequest',
};

/**
 * BUILD_REASON, BUILD_SOURCEBRANCH (`refs/heads/…`, `refs/tags/…`, `refs/pull/12/merge`) and SYSTEM_PULLREQUEST_*.
 *
 * @see https://learn.microsoft.com/en-us/azure/devops/pipelines/build/variables?view=azure-devops
 */
export function readAzurePipelines(env: Environment): CiFacts | undefined {
  if (env['TF_BUILD']?.toLowerCase() !== 'true') return undefined;
  const ref = env['BUILD_SOURCEBRANCH'] ?? '';
  const tag = after('refs/tags/', ref);
  const pullRequest = readPullRequest(env);
  const kind = EVENTS[env['BUILD_REASON'] ?? ''] ?? 'other';
  return {
    system: 'Azure Pipelines',
    event: pullRequest !== undefined ? 'pullRequest' : tag !== undefined && kind === 'push' ? 'tag' : kind,
    ...present({
      branch: after('refs/heads/', ref) ?? shortName(env['SYSTEM_PULLREQUEST_SOURCEBRANCH']),
      tag,
      commit: env['BUILD_SOURCEVERSION'],
      sourceUrl: toSourceUrl(env['BUILD_REPOSITORY_URI'] ?? ''),
      pullRequest,
    }),
  };
}

function readPullRequest(env: Environment): PullRequest | undefined {
  // NUMBER is the number at GitHub, ID the one in Azure Repos.
  const number = asNumber(env['SYSTEM_PULLREQUEST_PULLREQUESTNUMBER']) ?? asNumber(env['SYSTEM_PULLREQUEST_PULLREQUESTID']);
  if (number === undefined) return undefined;
  const target = env['SYSTEM_PULLREQUEST_TARGETBRANCH'];
  return {
    number,
    isFork: env['SYSTEM_PULLREQUEST_ISFORK']?.toLowerCase() === 'true',
    ...present({ source: toSourceUrl(env['SYSTEM_PULLREQUEST_SOURCEREPOSITORYURI'] ?? ''), targetBranch: shortName(target) }),
  };
}

/** Azure Repos uses full names of branches; pull requests of GitHub have short names. */
function shortName(branch: string | undefined): string | undefined {
  return after('refs/heads/', branch) ?? branch;
}

function after(start: string, ref: string | undefined): string | undefined {
  return ref?.startsWith(start) === true ? ref.slice(start.length) : undefined;
}
