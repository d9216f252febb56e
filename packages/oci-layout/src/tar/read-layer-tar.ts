import { Writable, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as zlib from 'node:zlib';

import { TarProblem, type TarHeaders } from './tar-headers';

/** Whether layers of that media type can be read. zstd needs a newer version of Node; foreign layers are not available. */
export function isReadableLayer(mediaType: string): boolean {
  return decompressorOf(mediaType) !== undefined;
}

export interface LayerReading {
  readonly headers: TarHeaders;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads a layer to the end of its bytes, so that they are verified.
 *
 * @throws TarProblem when what is in there is not a tar archive; the stream's own failures.
 */
export async function readLayerTar(content: Readable, mediaType: string, { headers, signal }: LayerReading): Promise<void> {
  const sink = new Writable({
    write: (piece: Buffer, _encoding, done) => {
      try {
        headers.write(piece);
        done();
      } catch (error) {
        done(error as Error);
      }
    },
  });
  const decompressor = decompressorOf(mediaType)?.() ?? [];
  try {
    await pipeline([content, ...decompressor, sink], { ...(signal && { signal }) });
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw code.startsWith('Z_') ? new TarProblem(message, { cause: error }) : error;
  }
}

/** Makes the streams that a layer of that media type is to be piped through; `undefined` where it cannot be read. */
export function decompressorOf(mediaType: string): (() => NodeJS.ReadWriteStream[]) | undefined {
  if (/\bnondistributable\b|\bforeign\b/.test(mediaType)) return undefined;
  if (/[.+]gzip$/.test(mediaType)) return () => [zlib.createGunzip()];
  if (/[.+]zstd$/.test(mediaType)) {
    const { createZstdDecompress } = zlib as { createZstdDecompress?: () => NodeJS.ReadWriteStream };
    return createZstdDecompress === undefined ? undefined : () => [createZstdDecompress()];
  }
  return mediaType.endsWith('.tar') ? () => [] : undefined;
}
