import type { RegistryStorage } from '../storage';

/** Whether the repository has any blob or manifest; there is no other way to make one. */
export async function isRepositoryKnown({ records }: RegistryStorage, repository: string): Promise<boolean> {
  return (await records.list(repository, 'manifests')).length > 0 || (await records.list(repository, 'blobs')).length > 0;
}
