import type { Digest } from '@nx-oci/model';

import type { RegistryStorage } from '../storage/storage';

/** The record of a tag. */
export interface TagRecord {
  readonly digest: Digest;
  /** When the tag was last set, ISO 8601. */
  readonly setAt: string;
}

/** Every tag of a repository with its record. */
export async function readAllTags(storage: RegistryStorage, repository: string): Promise<Map<string, TagRecord>> {
  const texts = await storage.records.readAll(repository, 'tags');
  return new Map([...texts].map(([tag, text]) => [tag, parseTagRecord(text)]));
}

export function parseTagRecord(text: string): TagRecord {
  return JSON.parse(text) as TagRecord;
}

/** The target of a tag, even if it no longer exists. */
export async function readTag(storage: RegistryStorage, repository: string, tag: string): Promise<TagRecord | undefined> {
  const text = await storage.records.read({ repository, kind: 'tags', key: tag });
  return text === undefined ? undefined : parseTagRecord(text);
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
