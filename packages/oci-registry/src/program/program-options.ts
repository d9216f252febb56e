import { nearestName } from '@nx-oci/model';
import { parseArgs } from 'node:util';

import type { LoginOptions } from '../options/options';
import type { ProfileSettings, RegistryProfile } from '../quirks/registry-profile';
import { readEmulated } from './emulated-registry';

/** The options of the command line. */
export interface ProgramOptions {
  readonly port: number;
  readonly host: string;
  /** Default: in memory. */
  readonly folder: string | undefined;
  readonly login: LoginOptions | undefined;
  readonly allowedHosts: readonly string[];
  readonly acceptSparse: boolean;
  readonly deleteOnPage: boolean;
  readonly profile: RegistryProfile | undefined;
  readonly settings: ProfileSettings;
  readonly verbose: boolean;
}

/** The command to run, or all problems with the command line. */
export type ParsedCommand =
  | { readonly kind: 'run'; readonly options: ProgramOptions }
  | { readonly kind: 'help' | 'version' }
  | { readonly kind: 'mistake'; readonly problems: readonly string[] };

const OPTIONS = {
  port: { type: 'string' },
  host: { type: 'string' },
  folder: { type: 'string' },
  user: { type: 'string' },
  scheme: { type: 'string' },
  'allow-host': { type: 'string' },
  'accept-sparse': { type: 'boolean' },
  'delete-on-page': { type: 'boolean' },
  profile: { type: 'string' },
  'immutable-tags': { type: 'string' },
  repositories: { type: 'string' },
  'requests-per-minute': { type: 'string' },
  verbose: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

const DEFAULT_PORT = '5080';

/** Reads the command line. `OCI_REGISTRY_USER` replaces `--user`, which all users of the machine can see. */
export function parseCommand(words: readonly string[], environment: Readonly<Record<string, string | undefined>>): ParsedCommand {
  // Not strict: Node would stop at the first mistake, without suggestions.
  const { values, tokens } = parseArgs({ args: [...words], options: OPTIONS, strict: false, allowPositionals: true, tokens: true });
  if (values.help === true) return { kind: 'help' };
  if (values.version === true) return { kind: 'version' };
  const text = (name: TextOption): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  const user = text('user') ?? (environment['OCI_REGISTRY_USER'] || undefined);
  const port = text('port') ?? DEFAULT_PORT;
  const scheme = text('scheme');
  const emulated = readEmulated(text);
  const problems = [
    ...tokens.filter((token, index) => !isValueOfUnknown(token, tokens[index - 1])).flatMap(judgeToken),
    ...(/^\d{1,5}$/.test(port) && Number(port) <= 65_535
      ? []
      : [`--port is a whole number from 0 (any free port) to 65535, not "${port}".`]),
    ...(scheme === undefined || scheme === 'basic' || scheme === 'bearer' ? [] : [`--scheme is basic or bearer, not "${scheme}".`]),
    ...(user === undefined || /^[^:]+:.+$/s.test(user) ? [] : ['Write the user as name:password, neither of them empty.']),
    ...emulated.problems,
  ];
  if (problems.length > 0) return { kind: 'mistake', problems };
  return {
    kind: 'run',
    options: {
      port: Number(port),
      host: text('host') ?? '127.0.0.1',
      folder: text('folder'),
      login: user === undefined ? undefined : { ...splitUser(user), scheme: scheme as LoginOptions['scheme'] },
      allowedHosts: text('allow-host')?.split(',') ?? [],
      acceptSparse: values['accept-sparse'] === true,
      deleteOnPage: values['delete-on-page'] === true,
      profile: emulated.profile,
      settings: emulated.settings,
      verbose: values.verbose === true,
    },
  };
}

type TextOption = { [Name in keyof typeof OPTIONS]: (typeof OPTIONS)[Name]['type'] extends 'string' ? Name : never }[keyof typeof OPTIONS];

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number];

function judgeToken(token: Token): readonly string[] {
  if (token.kind === 'positional') return [`"${token.value}" belongs to no option.`];
  if (token.kind !== 'option') return [];
  const { name, rawName, value } = token;
  if (!isOption(name)) {
    const nearest = nearestName(name, Object.keys(OPTIONS));
    return [`Unknown option ${rawName}.${nearest === undefined ? '' : ` Did you mean --${nearest}?`}`];
  }
  if (OPTIONS[name].type === 'boolean') return value === undefined ? [] : [`${rawName} takes no value.`];
  return value === undefined || value === '' || value.startsWith('--') ? [`${rawName} needs a value.`] : [];
}

// The word after an unknown option is probably its value: report the option only.
function isValueOfUnknown(token: Token, before: Token | undefined): boolean {
  return token.kind === 'positional' && before?.kind === 'option' && !isOption(before.name);
}

function isOption(name: string): name is keyof typeof OPTIONS {
  return Object.hasOwn(OPTIONS, name);
}

function splitUser(user: string): { readonly username: string; readonly password: string } {
  const colon = user.indexOf(':');
  return { username: user.slice(0, colon), password: user.slice(colon + 1) };
}
