import { firstOf } from './fallback-source';
import { OciError } from '../errors/oci-error';
import { readLimited } from '../streams/read-limited';
import { makeImage, MemoryStore, toFailWithCode } from '../testing';

expect.extend({ toFailWithCode });

describe('firstOf', () => {
  const [base, own] = makeImage().layers;

  it('takes each piece of content from the first source that has it', async () => {
    const layout = new MemoryStore([own!]);
    const registry = new MemoryStore([base!, own!]);
    const source = firstOf([layout, registry]);
    for (const layer of [base!, own!]) {
      await expect(readLimited(await source.fetch(layer.descriptor), 10_000, 'the layer')).resolves.toEqual(layer.bytes);
    }
    expect(registry.digestsOf('fetch')).toEqual([base!.descriptor.digest]);
  });

  it('says that nobody has it when nobody has', async () => {
    await expect(firstOf([new MemoryStore(), new MemoryStore()]).fetch(own!.descriptor)).toFailWithCode('NOT_FOUND', /store in memory/);
    await expect(firstOf([]).fetch(own!.descriptor)).toFailWithCode('NOT_FOUND', /no source/);
  });

  it('does not hide a broken source behind one that works', async () => {
    const broken = { fetch: () => Promise.reject(new OciError('DENIED', 'Cannot read the layer: not allowed.')) };
    await expect(firstOf([broken, new MemoryStore([own!])]).fetch(own!.descriptor)).toFailWithCode('DENIED');
  });
});
