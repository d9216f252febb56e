/** Files, besides the reports in the workspace, that get the results of a run. */
export interface OutputPlaces {
  /** Outputs of a step of GitHub Actions. */
  readonly githubOutput?: string;
  /** What GitHub Actions shows on the page of the workflow run. */
  readonly githubSummary?: string;
  /** A dotenv report of GitLab; relative to the workspace root. */
  readonly dotenv?: string;
}

/** Where GitLab's `artifacts:reports:dotenv` finds the results. */
export const DOTENV_FILE = 'dist/images/publish.env';

/**
 * Where the environment expects the results of a run: each file is set only by its CI system.
 *
 * `NX_OCI_SUMMARY=false` keeps the page of the workflow run as it is.
 *
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/variables
 */
export function outputPlaces(env: NodeJS.ProcessEnv): OutputPlaces {
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
