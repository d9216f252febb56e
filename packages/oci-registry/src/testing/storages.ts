import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { folderStorage, memoryStorage, startRegistry, type RegistryStorage, type RunningRegistry, type StartRegistryOptions } from '..';

/** All storages of the registry; specs of the protocol run on each. */
export const STORAGES = ['memory', 'folder'] as const;

/** A storage for one spec, and its clean-up. */
export interface SpecStorage {
  readonly storage: RegistryStorage;
  readonly folder: string;
  readonly remove: () => Promise<void>;
}

export async function makeStorage(kind: (typeof STORAGES)[number]): Promise<SpecStorage> {
  const folder = await mkdtemp(join(tmpdir(), 'oci-registry-'));
  const storage = kind === 'memory' ? memoryStorage() : folderStorage(folder);
  return { storage, folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** A registry for one spec, and its clean-up, including the folder. */
export interface SpecRegistry extends RunningRegistry {
  readonly folder: string;
}

export async function startForSpec(kind: (typeof STORAGES)[number], options: StartRegistryOptions = {}): Promise<SpecRegistry> {
  const { storage, folder, remove } = await makeStorage(kind);
  const registry = await startRegistry({ storage, ...options });
  const close = async (): Promise<void> => {
    await registry.close();
    await remove();
  };
  return { ...registry, folder, close };
}
