import { isDigest, type Digest, type EncodedManifest } from '@nx-oci/model';
import { type Repository } from '@nx-oci/distribution';

export interface MemorizingRepository extends Repository {
  /** A manifest that was read already; asks nothing. */
  recallManifest(digest: Digest): Promise<EncodedManifest | undefined> | undefined;
}

/**
 * The same repository; a manifest that was fetched by its digest once, or came with a look at a tag, is not fetched again.
 * What is not there is asked for anew.
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
