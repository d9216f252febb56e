import { type Advice, type AdviceContext, OIDC_PERMISSIONS, type RegistryKind, withDomain } from './kind';

const DOMAIN = '-docker.pkg.dev';

/** Google Artifact Registry: `LOCATION-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE`. */
export const gar: RegistryKind = {
  name: 'gar',
  title: 'Google Artifact Registry',
  isHost: (host) => host.endsWith(DOMAIN),
  host: { question: 'Location of the repository', example: 'europe-west1', complete: withDomain(DOMAIN) },
  namespace: { question: 'Project and repository', example: 'my-project/images' },
  findProblems: (host, namespace) => [
    ...(/(?:^|\.)gcr\.io$/.test(host)
      ? [`\`host\` is ${host}, of Container Registry → write the location of a repository of Artifact Registry: europe-west1`]
      : []),
    ...(namespace !== undefined && host.endsWith(DOMAIN) && !namespace.includes('/')
      ? [`\`namespace\` is ${namespace}: the repository is missing → write project and repository: ${namespace}/images`]
      : []),
  ],
  advise,
};

// https://cloud.google.com/artifact-registry/docs/docker/authentication
function advise({ host, namespace }: AdviceContext): Advice {
  const location = host.split('-docker.pkg.dev')[0] ?? host;
  const [project = '<project>', repository = '<repository>'] = namespace.split('/');
  return {
    inGithub: [
      'Before the publish, the job takes a service account and logs in, without a stored secret:',
      ...OIDC_PERMISSIONS,
      '  steps: google-github-actions/auth (id: auth) with workload_identity_provider, service_account and token_format: access_token,',
      `         then docker/login-action with registry: ${host}, username: oauth2accesstoken`,
      '         and password: ${{ steps.auth.outputs.access_token }}',
    ],
    inGitlab: [
      'Before the publish, with a service account that the job authenticates as:',
      `  gcloud auth print-access-token | docker login -u oauth2accesstoken --password-stdin https://${host}`,
    ],
    here: ['Log in with gcloud auth login, then let Docker ask gcloud for its tokens:', `  gcloud auth configure-docker ${host}`],
    limits: [
      'The account needs the role Artifact Registry Writer (roles/artifactregistry.writer).',
      'A push does not create the repository, and a missing one is answered like a missing permission:',
      `  gcloud artifacts repositories create ${repository} --repository-format=docker --location=${location} --project=${project}`,
      'An access token is valid for an hour. Immutable tags are a setting of the repository.',
    ],
  };
}
