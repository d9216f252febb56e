import { knownSecrets } from '@nx-oci/model';

/**
 * Variables that contain a credential, as documented by CI systems and common tools.
 *
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/variables
 * @see https://docs.gitlab.com/ci/variables/predefined_variables/
 * @see https://circleci.com/docs/reference/variables/
 * @see https://learn.microsoft.com/en-us/azure/devops/pipelines/build/variables
 * @see https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/
 */
export const CI_CREDENTIALS: readonly string[] = [
  'GITHUB_TOKEN',
  'GH_TOKEN',
  'GH_ENTERPRISE_TOKEN',
  'GITHUB_ENTERPRISE_TOKEN',
  'ACTIONS_RUNTIME_TOKEN',
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
  'CI_JOB_TOKEN',
  'CI_BUILD_TOKEN',
  'CI_JOB_JWT',
  'CI_JOB_JWT_V1',
  'CI_JOB_JWT_V2',
  'CI_REGISTRY_PASSWORD',
  'CI_DEPLOY_PASSWORD',
  'CI_DEPENDENCY_PROXY_PASSWORD',
  'GITLAB_TOKEN',
  'CIRCLE_TOKEN',
  'CIRCLE_OIDC_TOKEN',
  'CIRCLE_OIDC_TOKEN_V2',
  'SYSTEM_ACCESSTOKEN',
  'AZURE_DEVOPS_EXT_PAT',
  'BITBUCKET_STEP_OIDC_TOKEN',
  'BUILDKITE_AGENT_ACCESS_TOKEN',
  'DRONE_NETRC_PASSWORD',
  'CI_NETRC_PASSWORD',
  'NX_CLOUD_ACCESS_TOKEN',
  'NX_CLOUD_AUTH_TOKEN',
  'NPM_TOKEN',
  'NODE_AUTH_TOKEN',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AZURE_CLIENT_SECRET',
  'ARM_CLIENT_SECRET',
  'DOCKER_PASSWORD',
  'DOCKERHUB_TOKEN',
  'DOCKERHUB_PASSWORD',
  'COSIGN_PASSWORD',
  'VAULT_TOKEN',
];

/** Variables with a URL that GitLab adds a token to. */
const URLS: readonly string[] = ['CI_REPOSITORY_URL'];

/** Hides the values of these variables in all further output and files. */
export function hideCiCredentials(env: Readonly<Record<string, string | undefined>>): void {
  const secrets = knownSecrets();
  for (const name of CI_CREDENTIALS) secrets.add(env[name]);
  for (const url of URLS.map((name) => env[name] ?? '').filter((text) => URL.canParse(text))) {
    secrets.add(decodeURIComponent(new URL(url).password));
  }
}
