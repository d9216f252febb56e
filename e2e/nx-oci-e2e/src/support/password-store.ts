import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

import { type RealThings } from '@nx-oci/model/testing';

/** The programs that a `PasswordStore` needs. */
export const PASSWORD_STORE_TOOLS = ['docker-credential-pass', 'pass', 'gpg'] as const;

/** A store of `pass` in its own home folder, as Docker's credential helper uses it. */
export interface PasswordStore {
  /** The environment in which a program finds helper, store and key. */
  readonly env: NodeJS.ProcessEnv;
  keep(login: { readonly host: string; readonly username: string; readonly password: string }): void;
  forget(host: string): void;
  /** Stops the agent that gpg started. */
  close(): void;
}

/** Makes a key without a passphrase, so that gpg does not prompt, and a store that is encrypted with it. */
export function makePasswordStore(things: RealThings, homeFolder: string): PasswordStore {
  const gnupgFolder = join(homeFolder, '.gnupg');
  mkdirSync(gnupgFolder, { recursive: true, mode: 0o700 });
  const folders = PASSWORD_STORE_TOOLS.map((name) => dirname(things.tool(name)));
  const env = {
    HOME: homeFolder,
    GNUPGHOME: gnupgFolder,
    PASSWORD_STORE_DIR: join(homeFolder, '.password-store'),
    PATH: [...folders, process.env['PATH'] ?? ''].join(delimiter),
  };
  // Secrets go in by standard input: every user can read arguments.
  const call = (program: string, args: readonly string[], input = ''): void => {
    execFileSync(program, args, { env: { ...process.env, ...env }, input, stdio: 'pipe' });
  };
  const owner = 'e2e@example.com';
  call(things.tool('gpg'), [
    '--batch',
    '--pinentry-mode',
    'loopback',
    '--passphrase',
    '',
    '--quick-gen-key',
    owner,
    'default',
    'default',
    'never',
  ]);
  call(things.tool('pass'), ['init', owner]);
  const helper = things.tool('docker-credential-pass');
  return {
    env,
    keep: ({ host, username, password }) =>
      call(helper, ['store'], JSON.stringify({ ServerURL: host, Username: username, Secret: password })),
    forget: (host) => call(helper, ['erase'], host),
    close: () => call('gpgconf', ['--kill', 'gpg-agent']),
  };
}
