import { Duplex } from 'node:stream';
import { constants, crc32, deflateRaw } from 'node:zlib';

import { cutIntoBlocks, type Block } from './cut-into-blocks';
import { mapSideBySide } from './map-side-by-side';

const BLOCK_BYTES = 1 << 20;
/** The window of deflate. */
const WINDOW_BYTES = 1 << 15;

// All settings are explicit: a changed default of Node would change the digest of every image.
const DEFLATE_SETTINGS = {
  level: 6,
  memLevel: 8,
  windowBits: 15,
  strategy: constants.Z_DEFAULT_STRATEGY,
  // Large enough for any compressed block, because a block that is written in two calls could get two flush markers.
  chunkSize: BLOCK_BYTES + (1 << 16),
} as const;

/** deflate, no flags, no time, no level, and 255 ("unknown") as the operating system, which zlib would set. */
const HEADER = Buffer.from('1f8b08000000000000ff', 'hex');

/**
 * gzip whose bytes depend on the content alone: not on the machine, the number of its cores, or the chunks of the content.
 * Blocks of 1 MiB are compressed in parallel on the threads of Node, each with the 32 KiB before it as its
 * dictionary, so that the result is one ordinary gzip member, hardly larger than if it were compressed at once.
 * Content of up to 1 MiB has the same bytes as zlib's own stream.
 *
 * The compressed bytes may differ between versions of zlib, and so of Node; the layer cache keeps them stable.
 *
 * @returns the streams to pipe through, in order.
 * @see https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1
 */
export function createReproducibleGzip(): [Duplex] {
  return [Duplex.from(gzip)];
}

async function* gzip(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let checksum = 0;
  let size = 0;
  const measured = (block: Block): Block => {
    checksum = crc32(block.bytes, checksum);
    size += block.bytes.length;
    return block;
  };
  yield HEADER;
  yield* mapSideBySide(cutIntoBlocks(content, BLOCK_BYTES), (block) => deflate(measured(block)));
  yield trailerOf(checksum, size);
}

function deflate({ bytes, before, isLast }: Block): Promise<Buffer> {
  const dictionary = before?.subarray(-WINDOW_BYTES);
  const options = {
    ...DEFLATE_SETTINGS,
    // Ends a block at a whole byte, so that the next one can be appended to it.
    finishFlush: isLast ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
    ...(dictionary && { dictionary }),
  };
  return new Promise((resolve, reject) => {
    deflateRaw(bytes, options, (error, compressed) => (error === null ? resolve(compressed) : reject(error)));
  });
}

function trailerOf(checksum: number, size: number): Buffer {
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(checksum, 0);
  trailer.writeUInt32LE(size % 2 ** 32, 4);
  return trailer;
}
