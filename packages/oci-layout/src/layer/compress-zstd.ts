import { Duplex } from 'node:stream';
import * as zlib from 'node:zlib';

import { OciError } from '@nx-oci/model';

import { cutIntoBlocks } from './cut-into-blocks';
import { mapSideBySide } from './map-side-by-side';

interface ZstdOptions {
  readonly params: Readonly<Record<number, number>>;
  readonly chunkSize: number;
}

// Newer than the types of Node that we compile against, which are those of the oldest Node that we run on.
interface ZstdOfNode {
  readonly zstdCompress?: (bytes: Buffer, options: ZstdOptions, done: (error: Error | null, compressed: Buffer) => void) => void;
  readonly constants: Readonly<Record<string, number>>;
}

const { zstdCompress, constants } = zlib as unknown as ZstdOfNode;

// Twice the window: smaller blocks compress worse (2 MiB: 2 %, 4 MiB: 0.7 % larger for 94 MB of node_modules).
const BLOCK_BYTES = 1 << 22;

// Gives other bytes than 1.5.7, which all later versions of Node have. Only Node 22.15 and 23 have it.
const OTHER_BYTES = '1.5.6';

/** What to do where `findZstdProblem` has found one. */
export const ZSTD_FIX = 'use Node 22.16 or later, or set `compression` to gzip';

/** Why this Node cannot compress with zstd as every other does; `undefined` if it can. */
export function findZstdProblem(): string | undefined {
  const { zstd } = process.versions as { readonly zstd?: string };
  if (zstdCompress === undefined) return `Node ${process.versions.node} has no zstd`;
  return zstd === OTHER_BYTES ? `zstd ${OTHER_BYTES} of Node ${process.versions.node} writes other bytes than later versions` : undefined;
}

/**
 * zstd whose bytes depend on the content alone. Blocks of 4 MiB are compressed side by side on the threads of Node, a frame
 * each: every reader accepts several frames in a row. Level 3 is spelled out, for a changed default would change the digest of
 * every image; zstd's own threads would cut the content by their number; a checksum would repeat what the digests of the layer
 * and of its archive say. 2^21 bytes is the window of level 3 for long content: less than the 2^23 that every reader must accept.
 *
 * The compressed bytes may differ between versions of zstd, and so of Node: therefore the layer cache stores them.
 *
 * @throws OciError `OPTIONS_INVALID` where Node has no zstd, or one that writes other bytes.
 * @see https://www.rfc-editor.org/rfc/rfc8878#section-3.1
 */
export function createReproducibleZstd(): [Duplex] {
  const problem = findZstdProblem();
  if (zstdCompress === undefined || problem !== undefined) {
    throw new OciError('OPTIONS_INVALID', `Cannot compress layers with zstd: ${problem}.`, { hint: `Please ${ZSTD_FIX}.` });
  }
  // The output buffer holds a whole frame: in several calls zstd would not know where the content ends.
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
