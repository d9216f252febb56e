/** What a registry means by one of its ways to say no. */
interface Meaning {
  readonly words: RegExp;
  readonly hint: string;
}

// GitHub answers all of these with 403 and DENIED. Not only for ghcr.io: Enterprise servers say the same under a name of their own.
const MEANINGS: readonly Meaning[] = [
  // https://github.com/daltoniam/switchboard/pull/139
  {
    words: /does not match expected scopes/i,
    hint: 'The token lacks a scope: a classic token with `write:packages` may push, one with `read:packages` only pull. Fine-grained tokens do neither.',
  },
  // https://github.com/docker/build-push-action/issues/463
  {
    words: /\bwrite_package\b/,
    hint:
      'The package is there and does not let this repository or account write: in the settings of the package, add the repository under ' +
      '"Manage Actions access", or the account under "Manage access", with the role Write.',
  },
  // https://github.com/pinchbench/skill/pull/17, https://github.com/atlanhq/application-sdk/pull/2680
  {
    words: /installation not allowed to (?:create|write) organization package/i,
    hint:
      'The workflow may not write packages: give its job `permissions: packages: write`. If it has that, the organization does not allow it: ' +
      'an owner changes that in its settings under Packages (who may create them) or Actions (workflow permissions).',
  },
];

/** What to do about a refusal whose words are known; `undefined` for all others. */
export function hintForWords(text: string): string | undefined {
  return MEANINGS.find(({ words }) => words.test(text))?.hint;
}
