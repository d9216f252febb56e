import { isReservedAt, isSetBy } from './known-variables';

it.each([
  ['github', 'GITHUB_ACTOR', true],
  ['github', 'RUNNER_OS', true],
  ['github', 'CI', true],
  ['github', 'GITHUB_TOKEN', false],
  ['github', 'GITHUB_PAT', false],
  ['github', 'CI_REGISTRY', false],
  ['gitlab', 'CI_REGISTRY_PASSWORD', true],
  ['gitlab', 'GITLAB_USER_LOGIN', true],
  ['gitlab', 'GITLAB_TOKEN', false],
  ['gitlab', 'GITHUB_ACTOR', false],
] as const)('%s itself sets %s: %j', (provider, name, expected) => {
  expect(isSetBy(provider, name)).toBe(expected);
});

it('knows reserved names', () => {
  expect(['GITHUB_PAT', 'GITHUB_TOKEN', 'GITHUB_ACTOR', 'PAT'].map((name) => isReservedAt('github', name))).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect(isReservedAt('gitlab', 'GITHUB_PAT')).toBe(false);
});
