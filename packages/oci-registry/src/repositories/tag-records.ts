import type { Digest } from '@nx-oci/model';

import type { RegistryStorage } from '../storage/storage';

/** The record of a tag. */
export interface TagRecord {
  readonly digest: Digest;
  /** When the tag was last set, ISO 8601. */
  readonly setAt: string;
}

/** The target of a tag, even if it no longer exists. */
export async function readTag(storage: RegistryStorage, repository: string, tag: string): Promise<TagRecord | undefined> {
  const text = await storage.records.read({ repository, kind: 'tags', key: tag });
  return text === undefined ? undefined : (JSON.parse(text) as TagRecord);
}

export async function setTag(storage: RegistryStorage, repository: string, tag: string, digest: Digest): Promise<void> {
  const record: TagRecord = { digest, setAt: new Date().toISOString() };
  await storage.records.write({ repository, kind: 'tags', key: tag }, JSON.stringify(record));
}

export function removeTag(storage: RegistryStorage, repository: string, tag: string): Promise<boolean> {
  return storage.records.remove({ repository, kind: 'tags', key: tag });
}

/** Every tag, in byte order (the specification's "ASCIIbetical"). */
export function listTagRecords(storage: RegistryStorage, repository: string): Promise<readonly string[]> {
  return storage.records.list(repository, 'tags');
}
