import { Readable } from 'node:stream';

import { OciError, type ContentSource, type Descriptor } from '@nx-oci/model';

/** Small documents in memory as a source: the rewritten documents of an image whose layers are elsewhere. */
export function documentSource(documents: readonly { readonly descriptor: Descriptor; readonly bytes: Uint8Array }[]): ContentSource {
  const byDigest = new Map(documents.map(({ descriptor, bytes }) => [descriptor.digest, bytes]));
  return {
    fetch: ({ digest }) => {
      const bytes = byDigest.get(digest);
      if (bytes === undefined) return Promise.reject(new OciError('NOT_FOUND', `Cannot find ${digest} among the stamped documents.`));
      return Promise.resolve(Readable.from([bytes]));
    },
  };
}
