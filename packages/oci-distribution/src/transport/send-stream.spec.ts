import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';

import { type Descriptor, finishDigest, pooledBuffer, MEDIA_TYPES } from '@nx-oci/model';

import { undisguised, withTls } from '../testing/disguise';
import { testClient } from '../testing/test-client';
import { startRegistry } from '../testing/test-registry';

const PIECES = 200;
const PIECE_BYTES = 256 * 1024;

/** Fills a buffer with the content at an offset. */
const fill = (buffer: Buffer, place: number): Buffer => buffer.fill(`piece ${place}, `);

function describeContent(): Descriptor {
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(PIECE_BYTES);
  for (let place = 0; place < PIECES; place++) hash.update(fill(buffer, place));
  return { mediaType: MEDIA_TYPES.ociLayerTar, size: PIECES * PIECE_BYTES, digest: finishDigest(hash, 'sha256') };
}

describe('content from pooled buffers', () => {
  it.each([
    ['plain HTTP', undisguised],
    ['TLS', withTls],
  ])('arrives unchanged over %s, and its buffers are released once they are sent', async (_how, disguise) => {
    const descriptor = describeContent();
    const registry = await startRegistry();
    const { registry: name, settings } = await disguise(registry.host);
    const repository = testClient({ hosts: () => settings }).repository({ registry: name, repository: 'app', access: 'push' });
    const free: Buffer[] = [];
    let made = 0;
    const lend = (): Buffer => {
      made += 1;
      const buffer: Buffer = pooledBuffer(Buffer.alloc(PIECE_BYTES), () => free.push(buffer));
      return buffer;
    };
    function* pieces(): Generator<Buffer> {
      for (let place = 0; place < PIECES; place++) yield fill(free.pop() ?? lend(), place);
    }
    await repository.push(descriptor, () => Promise.resolve(Readable.from(pieces(), { objectMode: false })));
    // The registry accepted it under its digest. Data in transit needs some buffers; all of it would need one for each chunk.
    expect((await fetch(`${registry.url}/v2/app/blobs/${descriptor.digest}`, { method: 'HEAD' })).status).toBe(200);
    expect(made).toBeLessThan(PIECES / 4);
  });
});
