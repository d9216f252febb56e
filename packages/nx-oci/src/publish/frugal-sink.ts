import { isManifestOrIndexType, type BlobMounter, type ContentSink, type Digest } from '@nx-oci/model';
import { type Repository } from '@nx-oci/distribution';

export interface FrugalSinkOptions {
  readonly repository: Repository;
  /** Blobs that the repository has as far as anybody can tell: nothing is asked, nothing sent. */
  readonly here: ReadonlySet<Digest>;
  /** The manifest that is put by its tags later, and therefore not now. */
  readonly heldBack: Digest | undefined;
}

/**
 * A repository that is asked as little as possible: each blob is known to be there, mounted, or looked for and sent in the
 * same request. Whatever was wrong about that comes out when the manifest is put, and is mended then.
 */
export function frugalSink({ repository, here, heldBack }: FrugalSinkOptions): ContentSink & BlobMounter {
  return {
    has: (descriptor, options) => repository.has(descriptor, options),
    push: async (descriptor, open, options) =>
      descriptor.digest === heldBack && isManifestOrIndexType(descriptor.mediaType)
        ? 'uploaded'
        : repository.push(descriptor, open, options),
    mountOrPush: async (descriptor, from, open, options) => {
      if (!here.has(descriptor.digest)) return repository.mountOrPush(descriptor, from, open, options);
      repository.assume({ descriptor, open });
      return 'present';
    },
  };
}
