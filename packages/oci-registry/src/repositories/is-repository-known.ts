import type { RegistryStorage } from '../storage/storage';

/** Whether the repository has any blob or manifest; there is no other way to make one. */
export async function isRepositoryKnown({ records }: RegistryStorage, repository: string): Promise<boolean> {
  return (await records.count(repository, 'manifests', 1)) > 0 || (await records.count(repository, 'blobs', 1)) > 0;
}
