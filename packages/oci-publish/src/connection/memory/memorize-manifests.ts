import { isDigest, type Digest, type EncodedManifest } from '@nx-oci/model';
import { type Repository } from '@nx-oci/distribution';

export interface MemorizingRepository extends Repository {
  /** A manifest that was already read; sends no request. */
  recallManifest(digest: Digest): Promise<EncodedManifest | undefined> | undefined;
}

/**
 * The same repository, which fetches each manifest only once, whether by its digest or with a tag. Missing manifests are
 * requested again.
 */
export function memorizeManifests(repository: Repository): MemorizingRepository {
  const fetched = new Map<Digest, Promise<EncodedManifest | undefined>>();
  const inspect: Repository['inspect'] = async (tag, options) => {
    const found = await repository.inspect(tag, options);
    if (found === undefined || found === 'unknown' || found.bytes === undefined) return found;
    fetched.set(found.descriptor.digest, Promise.resolve({ ...found, bytes: found.bytes }));
    return found;
  };
  return {
    ...repository,
    inspect,
    recallManifest: (digest) => fetched.get(digest),
    resolve: async (reference, options) => {
      if (isDigest(reference)) return repository.resolve(reference, options);
      const found = await inspect(reference, options);
      return found === 'unknown' ? found : found?.descriptor;
    },
    fetchManifest: (reference, options) => {
      if (!isDigest(reference)) return repository.fetchManifest(reference, options);
      const found = fetched.get(reference) ?? repository.fetchManifest(reference, options);
      fetched.set(reference, found);
      const forget = (): boolean => fetched.delete(reference);
      found.then((manifest) => manifest ?? forget(), forget);
      return found;
    },
  };
}
