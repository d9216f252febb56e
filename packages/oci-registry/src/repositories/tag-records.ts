import type { Digest } from '@nx-oci/model';

import type { RegistryStorage } from '../storage';

/** What a tag points at, whether or not that is still there. */
export async function readTag(storage: RegistryStorage, repository: string, tag: string): Promise<Digest | undefined> {
  const text = await storage.records.read({ repository, kind: 'tags', key: tag });
  return text === undefined ? undefined : (JSON.parse(text) as { readonly digest: Digest }).digest;
}

export async function setTag(storage: RegistryStorage, repository: string, tag: string, digest: Digest): Promise<void> {
  await storage.records.write({ repository, kind: 'tags', key: tag }, JSON.stringify({ digest }));
}

export function removeTag(storage: RegistryStorage, repository: string, tag: string): Promise<boolean> {
  return storage.records.remove({ repository, kind: 'tags', key: tag });
}

/** Every tag, in the order of its bytes (the specification's "ASCIIbetical"). */
export async function listTagRecords(storage: RegistryStorage, repository: string): Promise<readonly string[]> {
  return [...(await storage.records.list(repository, 'tags'))].sort();
}
