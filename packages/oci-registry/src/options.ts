import { OciError } from '@nx-oci/model';

import { memoryStorage } from './memory-storage';
import type { RequestLogEntry } from './request-log';
import type { RegistryStorage } from './storage';

export interface LoginOptions {
  readonly username: string;
  readonly password: string;
  /** `basic` (default): name and password with every request. `bearer`: the registry has a token service of its own. */
  readonly scheme?: 'basic' | 'bearer';
  /** How long a bearer token is good for. Default 300. */
  readonly tokenSeconds?: number;
}

export interface StartRegistryOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** The address to listen on. Default `127.0.0.1`. */
  readonly host?: string;
  /** Default `memoryStorage()`. */
  readonly storage?: RegistryStorage;
  /** Without it everybody may do everything. */
  readonly login?: LoginOptions;
  /** Takes manifests that name content which is not there. Default false: a client learns what is missing. */
  readonly acceptSparse?: boolean;
  /** Called with each entry of the log, right after the answer. */
  readonly onRequest?: (entry: RequestLogEntry) => void;
}

export interface NormalizedOptions {
  readonly port: number;
  readonly host: string;
  readonly storage: RegistryStorage;
  readonly login: Required<LoginOptions> | undefined;
  readonly acceptSparse: boolean;
  readonly onRequest: (entry: RequestLogEntry) => void;
}

/** @throws OciError `OPTIONS_INVALID` with everything that is wrong. */
export function normalizeOptions(options: StartRegistryOptions): NormalizedOptions {
  const { port = 0, host = '127.0.0.1', login } = options;
  const problems = [...findPortProblems(port), ...(login ? findLoginProblems(login) : [])];
  if (problems.length > 0) {
    throw new OciError('OPTIONS_INVALID', `Cannot start the registry: ${problems.join(' ')}`, {
      hint: 'Correct these options and start it again.',
    });
  }
  return {
    port,
    host,
    storage: options.storage ?? memoryStorage(),
    login: login && { scheme: 'basic', tokenSeconds: 300, ...login },
    acceptSparse: options.acceptSparse ?? false,
    onRequest: options.onRequest ?? (() => undefined),
  };
}

function findPortProblems(port: number): readonly string[] {
  return Number.isInteger(port) && port >= 0 && port <= 65_535 ? [] : [`The port ${port} is not a whole number from 0 to 65535.`];
}

function findLoginProblems({ username, password, tokenSeconds = 300 }: LoginOptions): readonly string[] {
  return [
    ...(username === '' ? ['The user name is empty.'] : []),
    // RFC 7617 §2: a colon ends the name.
    ...(username.includes(':') ? ['The user name contains a colon.'] : []),
    ...(password === '' ? ['The password is empty.'] : []),
    ...(Number.isInteger(tokenSeconds) && tokenSeconds > 0 ? [] : ['tokenSeconds is not a whole number above 0.']),
  ];
}
