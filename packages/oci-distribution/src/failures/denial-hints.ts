import { type Hint } from '../host/hint';

/** What to do about an error text that registries are known to send. */
interface KnownText {
  readonly pattern: RegExp;
  readonly hint: Hint;
}

// GitHub answers all of these with 403 and DENIED, on ghcr.io and on Enterprise servers with names of their own.
const DENIALS: readonly KnownText[] = [
  // https://github.com/daltoniam/switchboard/pull/139
  {
    pattern: /does not match expected scopes/i,
    hint: 'The token lacks a scope: a classic token needs `write:packages` to push and `read:packages` to pull. Fine-grained tokens allow neither.',
  },
  // https://github.com/docker/build-push-action/issues/463
  {
    pattern: /\bwrite_package\b/,
    hint:
      'The package exists but does not let this repository or account write: in the settings of the package, add the repository under ' +
      '"Manage Actions access", or the account under "Manage access", with the role Write.',
  },
  // https://github.com/pinchbench/skill/pull/17, https://github.com/atlanhq/application-sdk/pull/2680
  {
    pattern: /installation not allowed to (?:create|write) organization package/i,
    hint:
      'The workflow may not write packages: give its job `permissions: packages: write`. If it has that, the organization forbids it: ' +
      'an owner can change that in its settings under Packages (who may create them) or Actions (workflow permissions).',
  },
];

// Registries answer these with "denied", as for a missing permission: only the text distinguishes them.
const REFUSALS: readonly KnownText[] = [
  // Harbor and Quay: https://github.com/goharbor/harbor/issues/8802; quay ffba0c70e, endpoints/v2/errors.py
  { pattern: /\bquota\b/i, hint: 'Remove what is no longer needed there, or ask the operator of the registry for a higher quota.' },
  // Harbor: https://github.com/goharbor/harbor/pull/12404
  {
    pattern: /\bproxy(?:[- ]cache)? project\b/i,
    hint: (inSettings) => `This project only caches another registry: push to a project of your own (\`namespace\`${inSettings}).`,
  },
  // Quay, the same file, and Harbor during garbage collection.
  { pattern: /\bread[- ]only\b/i, hint: 'The registry is read-only during maintenance: try again later, or ask its operator.' },
];

/** What to do about a missing permission, if the error text is a known one. */
export function hintForDenial(text: string): Hint | undefined {
  return DENIALS.find(({ pattern }) => pattern.test(text))?.hint;
}

/** What to do about a repository that accepts no pushes from any account, if the error text says so. */
export function hintForRefusal(text: string): Hint | undefined {
  return REFUSALS.find(({ pattern }) => pattern.test(text))?.hint;
}
