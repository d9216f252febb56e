import { type Advice, type AdviceContext, type RegistryKind } from './kind';

const OWNER = '${GITHUB_REPOSITORY_OWNER}';

/** GitHub Container Registry. A job of GitHub Actions has all of its variables. */
export const ghcr: RegistryKind = {
  name: 'ghcr',
  title: 'GitHub Container Registry (ghcr.io)',
  host: { derive: () => 'ghcr.io', question: 'Host of the registry', example: 'ghcr.io' },
  namespace: {
    derive: ({ owner }) => (owner === undefined ? OWNER : `\${GITHUB_REPOSITORY_OWNER:-${owner}}`),
    question: 'User or organization on GitHub',
    example: 'acme',
  },
  auth: () => ({ username: '${GITHUB_ACTOR}', password: '${GITHUB_TOKEN}' }),
  findProblems: (host) =>
    /^(?:www\.)?github\.com$/.test(host) ? [`\`host\` is ${host}, which is no registry → leave it out: it is ghcr.io`] : [],
  advise,
};

// docs.github.com, "Working with the Container registry": the registry takes classic tokens only.
function advise({ host, namespace, facts: { name } }: AdviceContext): Advice {
  const link = `https://github.com/settings/tokens/new?scopes=write:packages&description=${encodeURIComponent(`nx-oci ${name}`)}`;
  const token = [
    'Create a classic token with the scope write:packages, valid for at most 90 days (the link has the scope filled in):',
    `  ${link}`,
  ];
  return {
    inGithub: [
      'You need no token of your own. Give the job:',
      '  permissions:',
      '    contents: read',
      '    packages: write',
      '  env:',
      '    GITHUB_TOKEN: ${{ secrets.GITHUB_TOKEN }}',
    ],
    inGitlab: [...token, 'Set GITHUB_ACTOR (your GitHub name) and GITHUB_TOKEN (masked) as variables of the project.'],
    here: [
      ...token,
      `Log in once: docker login ${host} -u <your GitHub name>, with the token as the password.`,
      ...(namespace === OWNER
        ? [
            'Set GITHUB_REPOSITORY_OWNER, which Actions sets by itself, to the owner of the images; or write the owner into registries.yaml.',
          ]
        : []),
    ],
    limits: [
      'The first publish makes a private package; its settings change that.',
      'A workflow may write a package that its own repository created. For others, add the repository under "Manage Actions access" of the package.',
      'A layer may have 10 GB, and its upload may take 10 minutes.',
    ],
  };
}
