import type { Digest } from '@nx-oci/model';

import type { RegistryStorage } from '../storage/storage';

/** Deletes content that no repository has any more, as blob or as manifest. */
export async function removeUnusedContent(storage: RegistryStorage, digest: Digest): Promise<void> {
  for (const repository of await storage.records.listRepositories()) {
    for (const kind of ['blobs', 'manifests'] as const) {
      if ((await storage.records.read({ repository, kind, key: digest })) !== undefined) return;
    }
  }
  await storage.content.remove(digest);
}
