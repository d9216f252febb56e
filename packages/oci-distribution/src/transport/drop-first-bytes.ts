import { Transform } from 'node:stream';

/** A stream that lets everything through but its first `count` bytes. */
export function dropFirstBytes(count: number): Transform {
  let left = count;
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      const dropped = Math.min(left, chunk.byteLength);
      left -= dropped;
      if (dropped < chunk.byteLength) this.push(chunk.subarray(dropped));
      done();
    },
  });
}
