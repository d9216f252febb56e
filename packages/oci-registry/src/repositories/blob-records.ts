import type { Digest } from '@nx-oci/model';

import type { RegistryStorage } from '../storage/storage';
import { removeUnusedContent } from './remove-unused-content';

/** Size of a blob in this repository, in bytes; `undefined` if only other repositories have it. */
export async function sizeOfBlob(storage: RegistryStorage, repository: string, digest: Digest): Promise<number | undefined> {
  const record = await storage.records.read({ repository, kind: 'blobs', key: digest });
  return record === undefined ? undefined : storage.content.sizeOf(digest);
}

/** Adds content of the registry to a repository. */
export async function linkBlob(storage: RegistryStorage, repository: string, digest: Digest): Promise<void> {
  await storage.records.write({ repository, kind: 'blobs', key: digest }, '{}');
}

/** Removes a blob from this repository; its content is deleted if no other repository has it. */
export async function unlinkBlob(storage: RegistryStorage, repository: string, digest: Digest): Promise<boolean> {
  const wasThere = await storage.records.remove({ repository, kind: 'blobs', key: digest });
  if (wasThere) await removeUnusedContent(storage, digest);
  return wasThere;
}

/** Whether any repository has the blob. */
export async function isBlobKnown(storage: RegistryStorage, digest: Digest): Promise<boolean> {
  // Without content, no repository needs to be searched; content alone proves nothing, since a killed process may have left it.
  if ((await storage.content.sizeOf(digest)) === undefined) return false;
  for (const repository of await storage.records.listRepositories()) {
    if ((await sizeOfBlob(storage, repository, digest)) !== undefined) return true;
  }
  return false;
}
