import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { pipeline, Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';

import { createReproducibleGzip } from './compress-gzip';

const MIB = 1 << 20;
/** About 3.5 MiB that compress well, with repetitions across block boundaries. */
const TEXT = Buffer.from(Array.from({ length: 150_000 }, (_, line) => `${line % 977} is a line of text\n`).join(''));

function compress(chunks: readonly Buffer[]): Promise<Buffer> {
  return buffer(pipeline([Readable.from(chunks), ...createReproducibleGzip()], () => undefined) as unknown as Readable);
}

describe('createReproducibleGzip', () => {
  it('writes a header without name, time and system', async () => {
    const compressed = await compress([Buffer.from('content')]);
    expect(compressed.subarray(0, 10).toString('hex')).toBe('1f8b08000000000000ff');
  });

  it('writes the same bytes for any chunks of the content', async () => {
    const content = randomBytes(300_000);
    const cut = await compress(Array.from({ length: 30 }, (_, position) => content.subarray(position * 10_000, (position + 1) * 10_000)));
    expect(cut.equals(await compress([content]))).toBe(true);
    expect(gunzipSync(cut).equals(content)).toBe(true);
  });

  it('writes the same bytes as zlib for content of up to 1 MiB', async () => {
    for (const content of [Buffer.alloc(0), Buffer.from('content'), readFileSync(__filename), TEXT.subarray(0, MIB)]) {
      const byZlib = gzipSync(content, { level: 6 });
      byZlib[9] = 255;
      expect((await compress([content])).equals(byZlib)).toBe(true);
    }
  });

  it.each([MIB - 1, MIB, MIB + 1, 2 * MIB, TEXT.length])('can be decompressed, even by the system gzip: %d bytes', async (size) => {
    const content = TEXT.subarray(0, size);
    const compressed = await compress([content]);
    expect(gunzipSync(compressed).equals(content)).toBe(true);
    expect(execFileSync('gzip', ['-dc'], { input: compressed, maxBuffer: 2 * TEXT.length }).equals(content)).toBe(true);
  });

  it('is one member, hardly larger than the output of zlib in one call', async () => {
    expect((await compress([TEXT])).length).toBeLessThan(gzipSync(TEXT, { level: 6 }).length * 1.001);
  });

  it('fails with its source, and ends with its reader', async () => {
    const broken = Readable.from(
      (function* () {
        yield TEXT;
        throw new Error('broken source');
      })(),
    );
    await expect(buffer(pipeline([broken, ...createReproducibleGzip()], () => undefined) as unknown as Readable)).rejects.toThrow(
      'broken source',
    );
    const [gzip] = createReproducibleGzip();
    const compressed = pipeline(Readable.from([TEXT]), gzip, () => undefined);
    await once(compressed, 'data');
    compressed.destroy();
    await once(compressed, 'close');
    expect(gzip.destroyed).toBe(true);
  });
});
