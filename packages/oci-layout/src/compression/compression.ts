import { MEDIA_TYPES } from '@nx-oci/model';

import { createReproducibleGzip } from './compress-gzip';
import { createReproducibleZstd } from './compress-zstd';

/** How layers can be compressed; the first is the default. */
export const COMPRESSIONS = ['gzip', 'zstd'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

interface Compressor {
  /** Of a layer. */
  readonly mediaType: string;
  /** The streams to pipe through, in order. */
  readonly open: () => readonly NodeJS.ReadWriteStream[];
}

/** Docker's manifests (schema 2) have no agreed type for zstd, so our images always have OCI's types. */
export const COMPRESSORS: Readonly<Record<Compression, Compressor>> = {
  gzip: { mediaType: MEDIA_TYPES.ociLayerGzip, open: createReproducibleGzip },
  zstd: { mediaType: MEDIA_TYPES.ociLayerZstd, open: createReproducibleZstd },
};
