import { OciError } from '@nx-oci/model';

import { isAllowable } from '../browser-guard/host-name';
import { memoryStorage } from '../storage/memory-storage';
import type { ProfileSettings, RegistryProfile } from '../quirks/registry-profile';
import type { RequestLogEntry } from './request-log';
import type { RegistryStorage } from '../storage/storage';

export interface LoginOptions {
  readonly username: string;
  readonly password: string;
  /**
   * `basic`: name and password with every request. `bearer`: with a token service. Default: that of the profile, else `basic`.
   */
  readonly scheme?: 'basic' | 'bearer';
  /** Lifetime of a bearer token. Default 300. */
  readonly tokenSeconds?: number;
}

export interface StartRegistryOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** The address to listen on. Default `127.0.0.1`. */
  readonly host?: string;
  /** Default `memoryStorage()`. */
  readonly storage?: RegistryStorage;
  /** Default: no login. */
  readonly login?: LoginOptions;
  /**
   * Allowed host names of requests: `registry.lan`, `*.corp.lan`, `*` for any. Names of this machine are always allowed. Default:
   * no others on a loopback address without a login, otherwise any. Requests of foreign web pages are always refused.
   */
  readonly allowedHosts?: readonly string[];
  /** Accepts manifests whose content is missing. Default false: the answer lists the missing content. */
  readonly acceptSparse?: boolean;
  /**
   * Whether the web page offers to delete tags and images, after asking. Default false. Clients can delete in any case. Not together
   * with `profile`.
   */
  readonly deleteOnPage?: boolean;
  /** The registry to emulate. Default: none; the registry follows the specification. */
  readonly profile?: RegistryProfile;
  /** Settings of the emulated registry. Requires `profile`. */
  readonly settings?: ProfileSettings;
  /** Called with each log entry, right after the answer. */
  readonly onRequest?: (entry: RequestLogEntry) => void;
}

export interface NormalizedOptions {
  readonly port: number;
  readonly host: string;
  readonly storage: RegistryStorage;
  readonly login: Required<LoginOptions> | undefined;
  readonly allowedHosts: readonly string[];
  readonly acceptSparse: boolean;
  readonly deleteOnPage: boolean;
  readonly profile: RegistryProfile | undefined;
  readonly settings: ProfileSettings;
  readonly onRequest: (entry: RequestLogEntry) => void;
}

/** @throws OciError `OPTIONS_INVALID` with all problems. */
export function normalizeOptions(options: StartRegistryOptions): NormalizedOptions {
  const { port = 0, host = '127.0.0.1', login } = options;
  const problems = [
    ...findPortProblems(port),
    ...(login ? findLoginProblems(login) : []),
    ...findSettingProblems(options),
    ...findHostProblems(options),
    // Its rules for deletions, such as immutable tags, are for the API.
    ...(options.deleteOnPage && options.profile ? ['deleteOnPage cannot be combined with a profile.'] : []),
  ];
  if (problems.length > 0) {
    throw new OciError('OPTIONS_INVALID', `Cannot start the registry: ${problems.join(' ')}`, {
      hint: 'Correct these options and start it again.',
    });
  }
  return {
    port,
    host,
    storage: options.storage ?? memoryStorage(),
    login: login && { tokenSeconds: 300, ...login, scheme: login.scheme ?? options.profile?.login.scheme ?? 'basic' },
    allowedHosts: options.allowedHosts ?? [],
    acceptSparse: options.acceptSparse ?? false,
    deleteOnPage: options.deleteOnPage ?? false,
    profile: options.profile,
    settings: options.settings ?? {},
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

function findHostProblems({ allowedHosts = [] }: StartRegistryOptions): readonly string[] {
  return allowedHosts
    .filter((entry) => !isAllowable(entry))
    .map((entry) => `The allowed host ${JSON.stringify(entry.slice(0, 100))} is not a host name, *.name or *.`);
}

function findSettingProblems({ profile, settings = {} }: StartRegistryOptions): readonly string[] {
  const given = Object.entries(settings).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const { requestsPerMinute } = settings;
  return [
    ...(profile === undefined && given.length > 0 ? ['The settings require a profile.'] : []),
    ...given.flatMap((name) => findUnheeded(profile, name)),
    ...(requestsPerMinute === undefined || (Number.isInteger(requestsPerMinute) && requestsPerMinute > 0)
      ? []
      : ['requestsPerMinute is not a whole number above 0.']),
  ];
}

function findUnheeded(profile: RegistryProfile | undefined, name: string): readonly string[] {
  if (!profile || profile.settings.some((heeded) => heeded === name)) return [];
  const known = profile.settings.length === 0 ? 'none' : profile.settings.join(', ');
  return [`${profile.title} is not known to have ${name}; its settings: ${known}.`];
}
