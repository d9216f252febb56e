import { Transform, type TransformCallback } from 'node:stream';
import { createGzip, type Gzip } from 'node:zlib';

// All settings are explicit: a changed default of Node would change the digest of every image.
const GZIP_SETTINGS = { level: 6, memLevel: 8, windowBits: 15, strategy: 0 } as const;

const OS_BYTE_OFFSET = 9;
const UNKNOWN_OS = 255;

/**
 * gzip whose bytes do not depend on the machine: no name, no time (zlib writes neither), and 255, "unknown", as the
 * operating system, where zlib writes 3 on Linux and other numbers elsewhere.
 *
 * The compressed bytes may differ between versions of zlib, and so of Node: therefore the layer cache stores them.
 *
 * @returns the streams to pipe through, in order.
 * @see https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1
 */
export function createReproducibleGzip(): [Gzip, Transform] {
  return [createGzip(GZIP_SETTINGS), new OsByteEraser()];
}

class OsByteEraser extends Transform {
  private seenBytes = 0;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const offset = OS_BYTE_OFFSET - this.seenBytes;
    if (offset >= 0 && offset < chunk.length) chunk[offset] = UNKNOWN_OS;
    this.seenBytes += chunk.length;
    done(null, chunk);
  }
}
