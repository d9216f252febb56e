import { explainSystemError, isOciError, versionAbove } from '@nx-oci/model';

import { isLoopbackAddress } from '../browser-guard/local-name';
import { folderStorage } from '../folder/folder-storage';
import { memoryStorage } from '../storage/memory-storage';
import type { RequestLogEntry } from '../options/request-log';
import { startRegistry, type RunningRegistry } from '../server/start-registry';
import { HELP } from './help';
import { printRequest } from './print-request';
import { parseCommand, type ProgramOptions } from './program-options';

/** The environment of the program. */
export interface ProgramWorld {
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
  /** Resolves when the program should stop. */
  readonly stopped: Promise<unknown>;
}

/** Runs until it is stopped. @returns the exit code: 0, or 1 after a printed error. */
export async function runProgram(world: ProgramWorld): Promise<number> {
  const command = parseCommand(world.words, world.environment);
  switch (command.kind) {
    case 'help':
      world.print(HELP);
      return 0;
    case 'version':
      world.print(versionAbove(__dirname));
      return 0;
    case 'mistake':
      world.printError([...command.problems, 'See oci-registry --help.'].join('\n'));
      return 1;
    case 'run':
      return serveUntilStopped(command.options, world);
  }
}

async function serveUntilStopped(options: ProgramOptions, world: ProgramWorld): Promise<number> {
  try {
    const registry = await start(options, world);
    for (const line of describeStart(options, registry)) world.print(line);
    for (const line of findWarnings(options)) world.printError(line);
    await world.stopped;
    await registry.close();
    return 0;
  } catch (thrown) {
    const error = explainSystemError(thrown) ?? thrown;
    if (!isOciError(error)) throw error;
    world.printError(error.hint === undefined ? error.message : `${error.message}\n${error.hint}`);
    return 1;
  }
}

function start({ folder, verbose, ...options }: ProgramOptions, world: ProgramWorld): Promise<RunningRegistry> {
  return startRegistry({
    ...options,
    storage: folder === undefined ? memoryStorage() : folderStorage(folder),
    onRequest: (entry) => {
      if (verbose) world.print(printRequest(entry));
      else if (isOurFailure(entry)) world.printError(printRequest(entry));
    },
  });
}

// A disconnected client is no error of the registry; a 500 or a full disk is.
function isOurFailure({ status, error }: RequestLogEntry): boolean {
  return error !== undefined && status >= 500;
}

function describeStart({ host, folder, profile }: ProgramOptions, { url, port, secondServer }: RunningRegistry): readonly string[] {
  // Clients cannot connect to 0.0.0.0 and ::, which stand for all addresses.
  const reachable = isEveryAddress(host) ? `localhost:${port}` : url.replace('http://', '');
  return [
    `oci-registry ${versionAbove(__dirname)} listens on ${url}`,
    ...(profile ? [`It emulates ${profile.title}${secondServer ? `, with a second server at ${secondServer.url}` : ''}.`] : []),
    folder === undefined
      ? 'Everything is stored in memory and lost when it stops; --folder keeps it.'
      : `Everything is stored in ${folderStorage(folder).location}`,
    `Push with:    docker tag my-image ${reachable}/my-image && docker push ${reachable}/my-image`,
    `Look at it:   http://${reachable}/`,
  ];
}

function findWarnings({ host, login }: ProgramOptions): readonly string[] {
  if (login !== undefined || isLoopbackAddress(host)) return [];
  return [
    `Warning: everyone who can reach ${host} may read, replace and delete everything here. ` +
      'Set OCI_REGISTRY_USER=name:password to require a login, or omit --host.',
  ];
}

function isEveryAddress(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}
