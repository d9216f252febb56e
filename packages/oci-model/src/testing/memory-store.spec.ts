import { readLimited } from '..';
import { makeImage, makeIndex, MemoryStore, toFailWithCode } from '.';

expect.extend({ toFailWithCode });

describe('MemoryStore', () => {
  it('returns what was pushed, and nothing else', async () => {
    const store = new MemoryStore();
    const [layer] = makeImage().layers;
    await expect(store.fetch(layer!.descriptor)).toFailWithCode('NOT_FOUND', /no such content/);
    const other = new MemoryStore([layer!]);
    await expect(store.push(layer!.descriptor, () => other.fetch(layer!.descriptor))).resolves.toBe('uploaded');
    await expect(readLimited(await store.fetch(layer!.descriptor), 10_000, 'the layer')).resolves.toEqual(Buffer.from(layer!.bytes));
    await expect(store.push(layer!.descriptor, () => other.fetch(layer!.descriptor))).resolves.toBe('present');
  });

  it('refuses a manifest whose layers are missing, as a registry does', async () => {
    const { manifest } = makeImage();
    await expect(new MemoryStore().tag(manifest, 'latest')).toFailWithCode('MANIFEST_INVALID', /is missing/);
  });

  it('fails if its content is corrupt', async () => {
    const [layer] = makeImage().layers;
    const damaged = Buffer.from(layer!.bytes);
    damaged[0]! ^= 1;
    const store = new MemoryStore([{ descriptor: layer!.descriptor, bytes: damaged }]);
    await expect(async () => readLimited(await store.fetch(layer!.descriptor), 10_000, 'the layer')).toFailWithCode('DIGEST_MISMATCH');
  });

  it('points tags at manifests', async () => {
    const { index, contents } = makeIndex();
    const store = new MemoryStore(contents);
    await expect(store.resolve('v1')).resolves.toBeUndefined();
    await store.tag(index, 'v1');
    await expect(store.resolve('v1')).resolves.toEqual(index.descriptor);
    await expect(store.fetchManifest(index.descriptor.digest)).resolves.toEqual(index);
    await expect(store.listTags()).resolves.toEqual({ names: ['v1'] });
  });
});
