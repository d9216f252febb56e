/** Files that receive the results of a run, besides the reports in the workspace. */
export interface OutputFiles {
  /** Outputs of a step of GitHub Actions. */
  readonly githubOutput?: string;
  /** The summary on the page of the workflow run of GitHub Actions. */
  readonly githubSummary?: string;
  /** A dotenv report of GitLab; relative to the workspace root. */
  readonly dotenv?: string;
}

/** Where GitLab's `artifacts:reports:dotenv` finds the results. */
export const DOTENV_FILE = 'dist/images/publish.env';

/**
 * The files in which the environment expects the results of a run: each is only set under its CI system.
 *
 * `NX_OCI_SUMMARY=false` keeps the page of the workflow run as it is.
 *
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/variables
 */
export function outputFiles(env: NodeJS.ProcessEnv): OutputFiles {
  const githubOutput = presentText(env['GITHUB_OUTPUT']);
  const githubSummary = env['NX_OCI_SUMMARY'] === 'false' ? undefined : presentText(env['GITHUB_STEP_SUMMARY']);
  return {
    ...(githubOutput !== undefined && { githubOutput }),
    ...(githubSummary !== undefined && { githubSummary }),
    ...(env['GITLAB_CI'] === 'true' && { dotenv: DOTENV_FILE }),
  };
}

function presentText(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
