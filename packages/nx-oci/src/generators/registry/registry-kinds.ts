import { type RawRegistry } from '@nx-oci/publish';

import { type RepositoryFacts } from './repository-facts';

export type RegistryKind = 'ghcr' | 'dockerhub' | 'self-hosted';

/** What is known about a kind of registry before the user answers a question. */
export interface KnownRegistry {
  /** `undefined`: must be given. */
  readonly host: string | undefined;
  readonly namespace?: (facts: RepositoryFacts) => string;
  readonly auth: (name: string) => NonNullable<RawRegistry['auth']>;
  /** How to get the credential, for the terminal. */
  readonly advise: (entry: RawRegistry, facts: RepositoryFacts) => readonly string[];
}

/** All kinds that the generator knows. */
export const REGISTRY_KINDS: Readonly<Record<RegistryKind, KnownRegistry>> = {
  ghcr: {
    host: 'ghcr.io',
    namespace: ({ owner }) => (owner === undefined ? '${GITHUB_REPOSITORY_OWNER}' : `\${GITHUB_REPOSITORY_OWNER:-${owner}}`),
    auth: () => ({ username: '${GITHUB_ACTOR}', password: '${GITHUB_TOKEN}' }),
    advise: adviseGhcr,
  },
  dockerhub: {
    host: 'docker.io',
    namespace: () => '${DOCKERHUB_USERNAME}',
    auth: () => ({ username: '${DOCKERHUB_USERNAME}', password: '${DOCKERHUB_TOKEN}' }),
    advise: adviseDockerHub,
  },
  'self-hosted': {
    host: undefined,
    auth: (name) => ({ username: `\${${variablePrefix(name)}_USERNAME}`, password: `\${${variablePrefix(name)}_TOKEN}` }),
    advise: adviseSelfHosted,
  },
};

// docs.github.com: "Working with the Container registry": the registry takes classic tokens only.
function adviseGhcr({ host, namespace }: RawRegistry, { name }: RepositoryFacts): readonly string[] {
  const link = `https://github.com/settings/tokens/new?scopes=write:packages&description=${encodeURIComponent(`nx-oci ${name}`)}`;
  return [
    'In GitHub Actions you need no token of your own. Give the job:',
    '    permissions:',
    '      contents: read',
    '      packages: write',
    '    env:',
    '      GITHUB_TOKEN: ${{ secrets.GITHUB_TOKEN }}',
    'On this machine:',
    '  1. Create a classic token with the scope write:packages, valid for at most 90 days (the link has the scope filled in):',
    `     ${link}`,
    `  2. Log in once: docker login ${host} -u <your GitHub name>, with the token as the password.`,
    ...(namespace === '${GITHUB_REPOSITORY_OWNER}'
      ? [
          '  3. Set GITHUB_REPOSITORY_OWNER, which Actions sets by itself, to the owner of the images; or write the owner into registries.yaml.',
        ]
      : []),
  ];
}

function adviseDockerHub({ host, namespace }: RawRegistry): readonly string[] {
  return [
    'Create a personal access token with Read & Write access and an expiry date:',
    '  https://app.docker.com/settings/personal-access-tokens',
    'In CI: store it as a secret, and set DOCKERHUB_USERNAME and DOCKERHUB_TOKEN for the job.',
    `On this machine: docker login ${host} -u <your Docker Hub name>, with the token as the password.`,
    ...(namespace === '${DOCKERHUB_USERNAME}'
      ? ['The namespace is DOCKERHUB_USERNAME too: set it here as well, or write the name into registries.yaml.']
      : []),
  ];
}

function adviseSelfHosted({ host, auth, plainHttp, tls }: RawRegistry): readonly string[] {
  if (auth === undefined) return ['A registry on this machine: plain HTTP.', `If it needs a login: docker login ${host}`];
  const [username, token] = [auth.username, auth.password].map((text) => text?.slice(2, -1));
  const certificate =
    plainHttp === true || tls !== undefined
      ? []
      : ['If its certificate is signed by your own authority: run this again with --ca=<file>.pem --force.'];
  return [
    'Create an access token (or robot account) with push access there.',
    `In CI: set ${String(username)} and ${String(token)} for the job.`,
    `On this machine: docker login ${host}, with the token as the password. Without a login, access is anonymous.`,
    ...certificate,
  ];
}

/** `self-hosted` → `SELF_HOSTED`: names of environment variables contain no dashes and begin with a letter. */
function variablePrefix(name: string): string {
  const upper = name.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
  return /^\d/.test(upper) ? `REGISTRY_${upper}` : upper;
}
