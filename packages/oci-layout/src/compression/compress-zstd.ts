import { Duplex } from 'node:stream';
import * as zlib from 'node:zlib';

import { OciError } from '@nx-oci/model';

import { cutIntoBlocks } from './cut-into-blocks';
import { mapSideBySide } from './map-side-by-side';

interface ZstdOptions {
  readonly params: Readonly<Record<number, number>>;
  readonly chunkSize: number;
}

// Not in the types of the oldest supported Node, which we compile against.
interface ZstdOfNode {
  readonly zstdCompress?: (bytes: Buffer, options: ZstdOptions, done: (error: Error | null, compressed: Buffer) => void) => void;
  readonly constants: Readonly<Record<string, number>>;
}

const { zstdCompress, constants } = zlib as unknown as ZstdOfNode;

// Twice the window: smaller blocks compress worse (2 MiB: 2 %, 4 MiB: 0.7 % larger for 94 MB of node_modules).
const BLOCK_BYTES = 1 << 22;

// Its bytes differ from those of 1.5.7, which later versions of Node have. Only Node 22.15 and 23 have it.
const OTHER_BYTES = '1.5.6';

/** The fix for problems of `findZstdProblem`. */
export const ZSTD_FIX = 'use Node 22.16 or later, or set `compression` to gzip';

/** Why this Node cannot write the same zstd bytes as others; `undefined` if it can. */
export function findZstdProblem(): string | undefined {
  const { zstd } = process.versions as { readonly zstd?: string };
  if (zstdCompress === undefined) return `Node ${process.versions.node} has no zstd`;
  return zstd === OTHER_BYTES ? `zstd ${OTHER_BYTES} of Node ${process.versions.node} writes other bytes than later versions` : undefined;
}

/**
 * zstd whose bytes depend on the content alone. Blocks of 4 MiB are compressed in parallel on the threads of Node, as a frame
 * each: every reader accepts several frames in a row. Level 3 is explicit, because a changed default would change the digest of
 * every image. zstd's own threads would split the content by their number. A checksum would be redundant beside the digests of
 * the layer and its archive. 2^21 bytes is the window of level 3 for long content, less than the 2^23 that every reader accepts.
 *
 * The compressed bytes may differ between versions of zstd, and so of Node; the layer cache keeps them stable.
 *
 * @throws OciError `OPTIONS_INVALID` if Node has no zstd, or one that writes other bytes.
 * @see https://www.rfc-editor.org/rfc/rfc8878#section-3.1
 */
export function createReproducibleZstd(): [Duplex] {
  const problem = findZstdProblem();
  if (zstdCompress === undefined || problem !== undefined) {
    throw new OciError('OPTIONS_INVALID', `Cannot compress layers with zstd: ${problem}.`, { hint: `Please ${ZSTD_FIX}.` });
  }
  // The output buffer fits a whole frame: with several calls, zstd would not know where the content ends.
  const options = { params: paramsOf(constants), chunkSize: BLOCK_BYTES + (1 << 17) };
  const compress = (bytes: Buffer): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      zstdCompress(bytes, options, (error, compressed) => (error === null ? resolve(compressed) : reject(error)));
    });
  return [
    Duplex.from((content: AsyncIterable<Buffer>) => mapSideBySide(cutIntoBlocks(content, BLOCK_BYTES), ({ bytes }) => compress(bytes))),
  ];
}

function paramsOf(of: ZstdOfNode['constants']): Readonly<Record<number, number>> {
  const params: Readonly<Record<string, number | undefined>> = {
    ZSTD_c_compressionLevel: 3,
    ZSTD_c_windowLog: 21,
    ZSTD_c_hashLog: 17,
    ZSTD_c_chainLog: 16,
    ZSTD_c_searchLog: 1,
    ZSTD_c_minMatch: 5,
    ZSTD_c_targetLength: 0,
    ZSTD_c_strategy: of['ZSTD_dfast'],
    ZSTD_c_enableLongDistanceMatching: 0,
    ZSTD_c_contentSizeFlag: 0,
    ZSTD_c_checksumFlag: 0,
    ZSTD_c_dictIDFlag: 0,
    ZSTD_c_nbWorkers: 0,
  };
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [of[name], value])) as Readonly<Record<number, number>>;
}
