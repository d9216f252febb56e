import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { pipeline, Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';

import { createReproducibleGzip } from './compress-gzip';

function compress(chunks: readonly Buffer[]): Promise<Buffer> {
  return buffer(pipeline([Readable.from(chunks), ...createReproducibleGzip()], () => undefined) as unknown as Readable);
}

describe('createReproducibleGzip', () => {
  it('writes a header that tells no name, no time and no system', async () => {
    const compressed = await compress([Buffer.from('content')]);
    expect(compressed.subarray(0, 10).toString('hex')).toBe('1f8b08000000000000ff');
  });

  it('gives the same bytes however the content is cut', async () => {
    const content = randomBytes(300_000);
    const cut = await compress(Array.from({ length: 30 }, (_, position) => content.subarray(position * 10_000, (position + 1) * 10_000)));
    expect(cut.equals(await compress([content]))).toBe(true);
    expect(gunzipSync(cut).equals(content)).toBe(true);
  });
});
