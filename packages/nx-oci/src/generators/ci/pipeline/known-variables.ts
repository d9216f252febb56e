import { type Provider } from '../../find-provider';

// https://docs.github.com/en/actions/reference/workflows-and-actions/variables
const GITHUB = new Set(
  `ACTION ACTION_PATH ACTION_REPOSITORY ACTIONS ACTOR ACTOR_ID API_URL BASE_REF ENV EVENT_NAME EVENT_PATH GRAPHQL_URL HEAD_REF JOB
  OUTPUT PATH REF REF_NAME REF_PROTECTED REF_TYPE REPOSITORY REPOSITORY_ID REPOSITORY_OWNER REPOSITORY_OWNER_ID RETENTION_DAYS
  RUN_ATTEMPT RUN_ID RUN_NUMBER SERVER_URL SHA STEP_SUMMARY TRIGGERING_ACTOR WORKFLOW WORKFLOW_REF WORKFLOW_SHA WORKSPACE`
    .split(/\s+/)
    .map((name) => `GITHUB_${name}`),
);

/** The token that Actions makes for each run, and provides only if a workflow asks for it. */
export const GITHUB_TOKEN = 'GITHUB_TOKEN';

/** Whether a CI system itself sets a variable in every job. */
export function isSetBy(provider: Provider, name: string): boolean {
  if (name === 'CI') return true;
  if (provider === 'github') return GITHUB.has(name) || name.startsWith('RUNNER_');
  // https://docs.gitlab.com/ci/variables/predefined_variables/ GITLAB_TOKEN is not one of them.
  return /^(?:CI_|GITLAB_USER_)/.test(name) || name === 'GITLAB_CI' || name === 'GITLAB_FEATURES';
}

/** Whether users cannot create a variable of that name: GitHub reserves the prefix. */
export function isReservedAt(provider: Provider, name: string): boolean {
  return provider === 'github' && name.startsWith('GITHUB_') && name !== GITHUB_TOKEN && !GITHUB.has(name);
}
