import { type CiFacts } from '../../ci/facts/ci-facts';

/**
 * The reason if this build must not publish: the code of a fork has not been reviewed, and its build
 * may still have secrets (`pull_request_target`, `workflow_run`).
 */
export function reasonToSkip({ system = 'CI', pullRequest }: CiFacts): string | undefined {
  if (pullRequest?.isFork !== true) return undefined;
  const number = pullRequest.number === undefined ? '' : ` ${pullRequest.number}`;
  const source = pullRequest.source === undefined ? 'a fork' : `the fork ${pullRequest.source.replace(/\p{C}/gu, '?')}`;
  return `pull request${number} comes from ${source}, according to ${system}: its image is built but not pushed`;
}
