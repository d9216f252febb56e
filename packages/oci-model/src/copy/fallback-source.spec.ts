import { fallbackSource } from './fallback-source';
import { OciError } from '../errors/oci-error';
import { readLimited } from '../streams/read-limited';
import { makeImage, MemoryStore, toFailWithCode } from '../testing';

expect.extend({ toFailWithCode });

describe('fallbackSource', () => {
  const [base, own] = makeImage().layers;

  it('reads each piece of content from the first source that has it', async () => {
    const layout = new MemoryStore([own!]);
    const registry = new MemoryStore([base!, own!]);
    const source = fallbackSource([layout, registry]);
    for (const layer of [base!, own!]) {
      await expect(readLimited(await source.fetch(layer.descriptor), 10_000, 'the layer')).resolves.toEqual(layer.bytes);
    }
    expect(registry.digestsOf('fetch')).toEqual([base!.descriptor.digest]);
  });

  it('fails with NOT_FOUND if no source has it', async () => {
    await expect(fallbackSource([new MemoryStore(), new MemoryStore()]).fetch(own!.descriptor)).toFailWithCode(
      'NOT_FOUND',
      /store in memory/,
    );
    await expect(fallbackSource([]).fetch(own!.descriptor)).toFailWithCode('NOT_FOUND', /no source/);
  });

  it('does not hide a broken source behind a working one', async () => {
    const broken = { fetch: () => Promise.reject(new OciError('DENIED', 'Cannot read the layer: not allowed.')) };
    await expect(fallbackSource([broken, new MemoryStore([own!])]).fetch(own!.descriptor)).toFailWithCode('DENIED');
  });
});
