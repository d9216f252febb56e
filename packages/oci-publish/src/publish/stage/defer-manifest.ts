import { isManifestOrIndexType, type BlobMounter, type ContentSink, type Digest } from '@nx-oci/model';

/**
 * A sink that accepts one manifest without sending it: the request that sets its tags contains it, which saves
 * the request by digest.
 *
 * @param digest of that manifest; `undefined` for none.
 */
export function deferManifest(sink: ContentSink & BlobMounter, digest: Digest | undefined): ContentSink & BlobMounter {
  if (digest === undefined) return sink;
  return {
    has: (descriptor, options) => sink.has(descriptor, options),
    mountOrPush: (descriptor, from, open, options) => sink.mountOrPush(descriptor, from, open, options),
    push: async (descriptor, open, options) =>
      descriptor.digest === digest && isManifestOrIndexType(descriptor.mediaType) ? 'uploaded' : sink.push(descriptor, open, options),
  };
}
