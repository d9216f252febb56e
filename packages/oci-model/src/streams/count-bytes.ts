import { pipeline, Transform, type Readable } from 'node:stream';

/**
 * The same stream, with a count of its bytes: 0 at once, then the sum after every chunk. Destroying the result destroys
 * the source, and the result fails if the source fails.
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
  // The reader of the counter receives the failure.
  return pipeline(source, counter, () => undefined);
}
