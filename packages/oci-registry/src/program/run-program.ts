import { explainSystemError, isOciError, versionAbove } from '@nx-oci/model';

import { isLoopbackAddress } from '../browser-guard/local-name';
import { folderStorage } from '../folder/folder-storage';
import { memoryStorage } from '../storage/memory-storage';
import type { RequestLogEntry } from '../options/request-log';
import { startRegistry, type RunningRegistry } from '../server/start-registry';
import { HELP } from './help';
import { printRequest } from './print-request';
import { readWish, type ProgramOptions } from './program-options';

/** What a program has of the world around it. */
export interface ProgramWorld {
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
  /** Resolves when the program is to end. */
  readonly stopped: Promise<unknown>;
}

/** Runs until it is stopped. @returns the exit code: 0, or 1 after a mistake that was printed. */
export async function runProgram(world: ProgramWorld): Promise<number> {
  const wish = readWish(world.words, world.environment);
  switch (wish.kind) {
    case 'help':
      world.print(HELP);
      return 0;
    case 'version':
      world.print(versionAbove(__dirname));
      return 0;
    case 'mistake':
      world.printError([...wish.problems, 'See oci-registry --help.'].join('\n'));
      return 1;
    case 'run':
      return serveUntilStopped(wish.options, world);
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

// A client that goes away is its own business; a 500, or a full disk, is ours.
function isOurFailure({ status, error }: RequestLogEntry): boolean {
  return error !== undefined && status >= 500;
}

function describeStart({ host, folder, profile }: ProgramOptions, { url, port, elsewhere }: RunningRegistry): readonly string[] {
  // 0.0.0.0 and :: are every address, but none that a client can be told.
  const reachable = isEveryAddress(host) ? `localhost:${port}` : url.replace('http://', '');
  return [
    `oci-registry ${versionAbove(__dirname)} listens on ${url}`,
    ...(profile ? [`It plays ${profile.title}${elsewhere ? `, with a second server at ${elsewhere.url}` : ''}.`] : []),
    folder === undefined
      ? 'Everything is kept in memory and gone when it stops; --folder keeps it.'
      : `Everything is kept in ${folderStorage(folder).location}`,
    `Push with:    docker tag my-image ${reachable}/my-image && docker push ${reachable}/my-image`,
    `Look at it:   http://${reachable}/`,
  ];
}

function findWarnings({ host, login }: ProgramOptions): readonly string[] {
  if (login !== undefined || isLoopbackAddress(host)) return [];
  return [
    `Warning: everybody who reaches ${host} may read, replace and remove everything here. ` +
      'Set OCI_REGISTRY_USER=name:password to ask for a login, or leave --host out.',
  ];
}

function isEveryAddress(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}
