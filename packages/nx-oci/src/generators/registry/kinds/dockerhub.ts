import { type Advice, type AdviceContext, type RegistryKind } from './kind';

const USER = '${DOCKERHUB_USERNAME}';

/** Docker Hub. The account is also the namespace, unless an organization is given. */
export const dockerhub: RegistryKind = {
  name: 'dockerhub',
  title: 'Docker Hub (docker.io)',
  host: { derive: () => 'docker.io', question: 'Host of the registry', example: 'docker.io' },
  namespace: { derive: () => USER, question: 'User or organization on Docker Hub', example: 'acme' },
  auth: () => ({ username: USER, password: '${DOCKERHUB_TOKEN}' }),
  findProblems: (_host, namespace) =>
    namespace?.includes('/') === true
      ? [
          `\`namespace\` is ${namespace}: a name at Docker Hub has two parts → write the user or organization alone: ${namespace.split('/')[0]}`,
        ]
      : [],
  advise,
};

function advise({ host, namespace }: AdviceContext): Advice {
  // https://docs.docker.com/security/access-tokens/
  const token = [
    'Create a personal access token with Read & Write access and an expiry date (an organization has access tokens of its own):',
    '  https://app.docker.com/settings/personal-access-tokens',
  ];
  return {
    inGithub: [...token, 'Store DOCKERHUB_TOKEN as a secret, and set it and DOCKERHUB_USERNAME for the job.'],
    inGitlab: [...token, 'Set DOCKERHUB_USERNAME and DOCKERHUB_TOKEN (masked) as variables of the project.'],
    here: [
      ...token,
      `Log in once: docker login ${host} -u <your Docker Hub name>, with the token as the password.`,
      ...(namespace === USER
        ? ['The namespace is DOCKERHUB_USERNAME too: set it here as well, or write the name into registries.yaml.']
        : []),
    ],
    limits: [
      'A name has two parts: an image without a slash in its name, below one user or organization.',
      // https://github.com/docker/cli/issues/4977
      'A push creates a missing repository with the default visibility of the account, which is public unless you changed it.',
      // https://docs.docker.com/docker-hub/usage/pulls/
      'Pulls are limited: 100 in 6 hours without a login, 200 with a personal account, no limit with a paid one. Each tag that a publish looks up is a pull.',
      'Immutable tags are a setting of the repository.',
    ],
  };
}
