import type { Digest } from '@nx-oci/model';

import type { RegistryStorage } from '../storage/storage';
import { removeUnusedContent } from './remove-unused-content';

/** Bytes of a blob that this repository holds; `undefined` where it does not, whoever else does. */
export async function sizeOfBlob(storage: RegistryStorage, repository: string, digest: Digest): Promise<number | undefined> {
  const record = await storage.records.read({ repository, kind: 'blobs', key: digest });
  return record === undefined ? undefined : storage.content.sizeOf(digest);
}

/** Lets a repository hold content that the registry has. */
export async function linkBlob(storage: RegistryStorage, repository: string, digest: Digest): Promise<void> {
  await storage.records.write({ repository, kind: 'blobs', key: digest }, '{}');
}

/** Takes a blob from this repository alone; its bytes go when nobody else holds them. */
export async function unlinkBlob(storage: RegistryStorage, repository: string, digest: Digest): Promise<boolean> {
  const wasThere = await storage.records.remove({ repository, kind: 'blobs', key: digest });
  if (wasThere) await removeUnusedContent(storage, digest);
  return wasThere;
}

/** Whether any repository holds the blob. */
export async function isBlobKnown(storage: RegistryStorage, digest: Digest): Promise<boolean> {
  // Bytes that nobody has spare us the walk; bytes alone prove nothing, a killed process may have left them.
  if ((await storage.content.sizeOf(digest)) === undefined) return false;
  for (const repository of await storage.records.listRepositories()) {
    if ((await sizeOfBlob(storage, repository, digest)) !== undefined) return true;
  }
  return false;
}
