import type { RegistryStorage } from '../storage/storage';

/** Whether the repository has a blob or manifest, which is the only way to create one. */
export async function isRepositoryKnown({ records }: RegistryStorage, repository: string): Promise<boolean> {
  return (await records.count(repository, 'manifests', 1)) > 0 || (await records.count(repository, 'blobs', 1)) > 0;
}
