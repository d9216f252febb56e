import { resolve } from 'node:path';

import { OciError } from '@nx-oci/model';
import type { LoginOptions } from '@nx-oci/registry';
import { problemsToError, readWritten, replaceVariables, writtenFlag, writtenName, writtenTexts } from '@nx-oci/publish';
import { z } from 'zod';

// Not 5000, the usual port: AirPlay uses it on macOS.
const DEFAULT_PORT = 5080;

// Not in .nx, which `nx reset` empties, nor in dist, which builds empty.
const DEFAULT_FOLDER = 'tmp/registry';

const DEFAULT_HOST = '127.0.0.1';

/** Options of a serve target. */
export const serveOptionsSchema = z.object({
  port: z.union([z.number(), z.string()], 'write a number').optional().meta({
    description:
      'Port to listen on, or text with a variable such as ${MY_PORT:-5080}. The variable NX_OCI_PORT overrides it; 0 takes any free port.',
    default: DEFAULT_PORT,
  }),
  folder: writtenName.optional().meta({
    description: 'Folder that stores what was published, relative to the workspace root. Git should ignore it.',
    default: DEFAULT_FOLDER,
  }),
  // An empty host would mean every address of the machine.
  host: writtenName.optional().meta({
    description: 'Address to listen on. 0.0.0.0 also accepts other machines.',
    default: DEFAULT_HOST,
  }),
  allowedHosts: writtenTexts.meta({
    description:
      'Host names that requests may use besides those of this machine: registry.lan, *.corp.lan, or * for any. By default no others on a loopback address without a login, and any name otherwise.',
    examples: ['registry.lan'],
  }),
  deleteOnPage: writtenFlag.optional().meta({
    description: 'Whether the web page of the registry offers to delete tags and images, after asking. Clients can delete in any case.',
    default: false,
  }),
});

/** The options of a serve target, as users write them. */
export type ServeOptions = Readonly<z.input<typeof serveOptionsSchema>>;

export interface NormalizedServeOptions {
  readonly port: number;
  /** Absolute. */
  readonly folder: string;
  readonly host: string;
  readonly allowedHosts?: readonly string[];
  readonly deleteOnPage: boolean;
  readonly login?: LoginOptions;
}

/**
 * Reads the options of a serve target. `NX_OCI_PORT` takes precedence over the option, so that a machine whose port is in use
 * needs no change in the workspace; `NX_OCI_SERVE_USER` (`name:password`) requires a login.
 *
 * @throws OciError `OPTIONS_INVALID`
 */
export function normalizeOptions(written: unknown, workspaceRoot: string, env: NodeJS.ProcessEnv): NormalizedServeOptions {
  const { options = {}, problems } = readWritten(serveOptionsSchema, written);
  if (problems.length > 0) throw problemsToError('OPTIONS_INVALID', 'Cannot start the registry', problems);
  const { port = DEFAULT_PORT, folder = DEFAULT_FOLDER, host = DEFAULT_HOST, allowedHosts, deleteOnPage = false } = options;
  const login = readLogin(env.NX_OCI_SERVE_USER);
  return {
    port: readPort(isSet(env.NX_OCI_PORT) ? env.NX_OCI_PORT : replaceVariables(String(port), env).text),
    folder: resolve(workspaceRoot, folder),
    host,
    ...(allowedHosts === undefined ? {} : { allowedHosts }),
    deleteOnPage,
    ...(login === undefined ? {} : { login }),
  };
}

function readPort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new OciError('OPTIONS_INVALID', `Cannot start the registry: "${text}" is not a port.`, {
    hint: 'Set the option `port`, or the variable NX_OCI_PORT, to a number from 1 to 65535; 0 takes any free port.',
  });
}

function readLogin(user: string | undefined): LoginOptions | undefined {
  if (!isSet(user)) return undefined;
  const colon = user.indexOf(':');
  if (colon > 0 && colon < user.length - 1) return { username: user.slice(0, colon), password: user.slice(colon + 1) };
  throw new OciError('OPTIONS_INVALID', 'Cannot start the registry: NX_OCI_SERVE_USER is not a user name and a password.', {
    hint: 'Set it to name:password, or unset it for a registry without a login.',
  });
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
