import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { EngineName } from './engine-names';

/** The names of Dockerfiles, in search order. */
export const DOCKERFILE_NAMES = ['Dockerfile', 'Containerfile'] as const;

/** The user's options that identify an engine. */
export interface EngineHints {
  readonly engine?: EngineName;
  readonly builder?: unknown;
  readonly dockerfile?: unknown;
  readonly base?: unknown;
  readonly layers?: unknown;
}

/**
 * Chooses the engine of a project: the option `engine`, else the one whose options are set, else `docker` if there is a
 * Dockerfile, else `native`.
 *
 * @param projectRoot absolute.
 */
export async function detectEngine(projectRoot: string, hints: EngineHints): Promise<EngineName> {
  return engineOf(hints) ?? ((await findDockerfile(projectRoot)) === undefined ? 'native' : 'docker');
}

/** The engine that the user chose, perhaps through one of its options; `undefined` if only files decide. */
export function engineOf(hints: EngineHints): EngineName | undefined {
  if (hints.engine !== undefined) return hints.engine;
  if (hints.builder !== undefined) return 'buildx';
  if (hints.dockerfile !== undefined) return 'docker';
  return hints.base !== undefined || hints.layers !== undefined ? 'native' : undefined;
}

/** The absolute path of a project's Dockerfile, or `undefined`. */
export async function findDockerfile(projectRoot: string): Promise<string | undefined> {
  for (const name of DOCKERFILE_NAMES) {
    const path = join(projectRoot, name);
    if (await isFile(path)) return path;
  }
  return undefined;
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}
