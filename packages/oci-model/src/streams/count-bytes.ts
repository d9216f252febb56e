import { pipeline, Transform, type Readable } from 'node:stream';

/**
 * The same stream, and how many bytes have passed: 0 at once, then the sum after every chunk. Whoever destroys the result
 * destroys the source, and the source's failure is the result's.
 */
export function countBytes(source: Readable, onCount: (bytes: number) => void): Readable {
  let bytes = 0;
  onCount(bytes);
  const counter = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      bytes += chunk.length;
      onCount(bytes);
      done(undefined, chunk);
    },
  });
  // The failure reaches whoever reads the counter.
  return pipeline(source, counter, () => undefined);
}
