import fc from 'fast-check';

import { digestOf } from '@nx-oci/model';
import { makeImage, toFailWithCode } from '@nx-oci/model/testing';

import { type ChunkHabits, startChunkServer } from '../testing/chunk-server';
import { contentOf, testClient } from '../testing/test-client';

expect.extend({ toFailWithCode });

const MIB = 1024 * 1024;
const LAYER = makeImage({ layers: 1, layerBytes: 11 * MIB }).layers[0]!;
const { descriptor } = LAYER;

const HABITS: ChunkHabits = {
  mostBytes: 6 * MIB,
  refusal: { status: 413, text: '' },
  leastPartBytes: 0,
  patchStatus: 202,
  range: 'of all',
  namesNextUrl: true,
  finalPut: 'anything',
  putStatus: 201,
  confirmsDigest: true,
};

/** All observed behaviours of registries that allow an upload. */
const habits: fc.Arbitrary<ChunkHabits> = fc.record({
  mostBytes: fc.constantFrom(5 * MIB, 6 * MIB, 10 * MIB),
  refusal: fc.constantFrom(
    { status: 413, text: '' },
    { status: 416, text: 'body is too large' },
    { status: 400, text: 'request body too large' },
  ),
  leastPartBytes: fc.constantFrom(0, 5_000_000, 5 * MIB),
  patchStatus: fc.constantFrom(200, 201, 202, 204),
  range: fc.constantFrom('of all', 'with unit', 'of the chunk', 'stuck', 'none'),
  namesNextUrl: fc.boolean(),
  finalPut: fc.constantFrom('anything', 'a part', 'nothing'),
  putStatus: fc.constantFrom(200, 201, 202, 204),
  confirmsDigest: fc.boolean(),
});

async function push(given: ChunkHabits, chunkBytes?: number) {
  const server = await startChunkServer(given);
  const client = testClient({ recall: () => ({ chunkBytes }) });
  const repository = client.repository({ registry: server.host, repository: 'a', access: 'push' });
  return { server, client, outcome: repository.push(descriptor, contentOf(LAYER)) };
}

describe('a blob in chunks', () => {
  it('arrives complete, whatever a registry answers to a chunk', async () => {
    await fc.assert(
      fc.asyncProperty(habits, async (given) => {
        const { server, outcome } = await push(given);
        expect(await outcome).toBe('uploaded');
        expect(digestOf(server.blobs.get(descriptor.digest) ?? Buffer.of())).toBe(descriptor.digest);
      }),
      // The same in every run, so that failures are reproducible.
      { numRuns: Number(process.env['NX_OCI_FUZZ_RUNS'] ?? 12), seed: 1 },
    );
  });

  it('needs no separate request to end the upload', async () => {
    const { server, outcome } = await push(HABITS);
    await outcome;
    expect(server.methods).toEqual(['POST', 'PUT', 'DELETE', 'POST', 'PATCH', 'PATCH', 'PUT']);
  });

  it('ends with an empty request if the registry requires that, and from then on at once', async () => {
    const { server, client, outcome } = await push({ ...HABITS, finalPut: 'nothing' });
    await outcome;
    expect(server.methods.slice(3)).toEqual(['POST', 'PATCH', 'PATCH', 'PUT', 'DELETE', 'POST', 'PATCH', 'PATCH', 'PATCH', 'PUT']);
    const before = server.methods.length;
    await client.repository({ registry: server.host, repository: 'b', access: 'push' }).push(descriptor, contentOf(LAYER));
    expect(server.methods.slice(before)).toEqual(['POST', 'PATCH', 'PATCH', 'PATCH', 'PUT']);
  });

  it('is sent as a whole if the observation of an earlier run is no longer true', async () => {
    const { server, outcome } = await push({ ...HABITS, mostBytes: 100 * MIB, leastPartBytes: 5 * MIB }, 512 * 1024);
    expect(await outcome).toBe('uploaded');
    expect(server.methods.slice(-2)).toEqual(['POST', 'PUT']);
  });

  it('does not count as stored if chunks get lost', async () => {
    const { server, outcome } = await push({ ...HABITS, losesChunks: true, patchStatus: 201 });
    await expect(outcome).toFailWithCode('DIGEST_MISMATCH', /the content is another one/);
    expect(server.blobs.size).toBe(0);
  });

  it('does not count as stored if a registry keeps only a part under its digest', async () => {
    const { outcome } = await push({ ...HABITS, losesChunks: true, isCareless: true, confirmsDigest: false, range: 'stuck' });
    await expect(outcome).toFailWithCode('SIZE_MISMATCH', /received 11\d+ bytes but stored 6\d+/);
  });

  it('is refused with the error of the registry', async () => {
    const { outcome } = await push({ ...HABITS, mostBytes: 1000, refusal: { status: 416, text: 'body is too large' } });
    await expect(outcome).toFailWithCode('BODY_TOO_LARGE', /416 \(UNKNOWN: body is too large\)/);
  });
});
