import { type BlobMounter, type ContentSink, type Digest } from '@nx-oci/model';
import { type Repository } from '@nx-oci/distribution';

import { type BlobExchange } from '../../run/blob-exchange';

export interface FrugalSinkOptions {
  readonly repository: Repository;
  /** Blobs that the repository has as far as anybody can tell: nothing is asked, nothing sent. */
  readonly here: ReadonlySet<Digest>;
  /** Where this run's blobs are. */
  readonly exchange: BlobExchange;
}

/**
 * A repository that is asked as little as possible: each blob is known to be there, mounted, or looked for and sent in the
 * same request. Whatever was wrong about that comes out when the manifest is put, and is mended then.
 */
export function frugalSink({ repository, here, exchange }: FrugalSinkOptions): ContentSink & BlobMounter {
  return {
    has: (descriptor, options) => repository.has(descriptor, options),
    push: (descriptor, open, options) => repository.push(descriptor, open, options),
    mountOrPush: async (descriptor, from, open, options) => {
      if (here.has(descriptor.digest)) {
        repository.assume({ descriptor, open });
        return 'present';
      }
      const { registry, repository: name } = repository;
      return exchange.bring({ registry, repository: name, digest: descriptor.digest, signal: options?.signal }, (place) =>
        repository.mountOrPush(descriptor, place === undefined ? from : { registry, repository: place }, open, options),
      );
    },
  };
}
