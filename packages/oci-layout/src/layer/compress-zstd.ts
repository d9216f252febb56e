import { Transform, type TransformCallback } from 'node:stream';
import * as zlib from 'node:zlib';

import { OciError } from '@nx-oci/model';

// Newer than the types of Node that we compile against, which are those of the oldest Node that we run on.
interface ZstdOfNode {
  readonly createZstdCompress?: (options: { readonly params: Readonly<Record<number, number>> }) => Transform;
  readonly constants: Readonly<Record<string, number>>;
}

const { createZstdCompress, constants } = zlib as unknown as ZstdOfNode;

// Gives other bytes than 1.5.7, which all later versions of Node have. Only Node 22.15 and 23 have it.
const OTHER_BYTES = '1.5.6';

/** What to do where `findZstdProblem` has found one. */
export const ZSTD_FIX = 'use Node 22.16 or later, or set `compression` to gzip';

/** Why this Node cannot compress with zstd as every other does; `undefined` if it can. */
export function findZstdProblem(): string | undefined {
  const { zstd } = process.versions as { readonly zstd?: string };
  if (createZstdCompress === undefined) return `Node ${process.versions.node} has no zstd`;
  return zstd === OTHER_BYTES ? `zstd ${OTHER_BYTES} of Node ${process.versions.node} writes other bytes than later versions` : undefined;
}

/**
 * zstd whose bytes depend on the content alone: level 3, spelled out, for a changed default would change the digest of every
 * image. Several threads would cut the content by their number; the header names no size, which is not known when it is
 * written; a checksum would repeat what the digests of the layer and of its archive say. 2^21 bytes is the window of level 3
 * for long content: less than the 2^23 that every reader must accept.
 *
 * The compressed bytes may differ between versions of zstd, and so of Node: therefore the layer cache stores them.
 *
 * @throws OciError `OPTIONS_INVALID` where Node has no zstd, or one that writes other bytes.
 * @see https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1.1
 */
export function createReproducibleZstd(): [Transform] {
  const problem = findZstdProblem();
  if (createZstdCompress === undefined || problem !== undefined) {
    throw new OciError('OPTIONS_INVALID', `Cannot compress layers with zstd: ${problem}.`, { hint: `Please ${ZSTD_FIX}.` });
  }
  return [new EndedApart(createZstdCompress({ params: paramsOf(constants) }))];
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

/**
 * Writes to zstd piece by piece, and ends it apart. A stream of Node ends together with its last piece if both come fast
 * enough, and zstd compresses a last piece that it knows to be one in another way: the bytes would depend on timing.
 */
class EndedApart extends Transform {
  constructor(private readonly zstd: Transform) {
    super();
    zstd.on('data', (piece: Buffer) => this.push(piece)).on('error', (error) => this.destroy(error));
  }

  override _transform(piece: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.zstd.write(piece, (error) => {
      // A failure destroys this stream.
      if (error === null || error === undefined) done();
    });
  }

  override _flush(done: TransformCallback): void {
    this.zstd.once('end', done).end();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.zstd.destroy();
    done(error);
  }
}
