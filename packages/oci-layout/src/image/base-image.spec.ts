import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  copyImage,
  digestOf,
  encodeManifest,
  MAX_CONFIG_BYTES,
  MEDIA_TYPES,
  parseManifest,
  parsePlatform,
  type Descriptor,
  type EncodedManifest,
} from '@nx-oci/model';
import { makeImage, makeIndex, MemoryStore, toFailWithCode } from '@nx-oci/model/testing';

import { createLayout, type Layout } from '../folder/layout';
import { loadBase, loadBases, readBasesFromLayout } from './base-image';

expect.extend({ toFailWithCode });

let folder: string;
let layout: Layout;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nx-oci-base-'));
  layout = await createLayout(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const arm64 = parsePlatform('linux/arm64');
const { index, images, contents } = makeIndex();
const [amd64Image, arm64Image] = images;

async function fill(entries: readonly Descriptor[]): Promise<void> {
  await copyImage(new MemoryStore(contents), layout, index.descriptor);
  await layout.setEntries(entries);
}

describe('loadBase', () => {
  it('follows an index to the image for the platform', async () => {
    await fill([index.descriptor]);
    const base = await loadBase(layout, index.descriptor.digest, arm64);
    expect(base.manifest.descriptor.digest).toBe(arm64Image!.manifest.descriptor.digest);
    expect(base.config).toMatchObject({ os: 'linux', architecture: 'arm64' });
  });

  it('lists the existing platforms if the wanted one is missing', async () => {
    await fill([index.descriptor]);
    const loading = loadBase(layout, index.descriptor.digest, parsePlatform('linux/s390x'));
    await expect(loading).toFailWithCode('PLATFORM_INVALID', /does not support linux\/s390x/);
  });

  it('reads the platform from the config of an image that is not in an index', async () => {
    await fill([]);
    await expect(loadBase(layout, amd64Image!.manifest.descriptor.digest, arm64)).toFailWithCode('PLATFORM_INVALID', /linux\/arm64/);
  });

  it('refuses to read a config that is too large', async () => {
    const huge = makeImage({ config: { Env: [`X=${'x'.repeat(MAX_CONFIG_BYTES)}`] } });
    const loading = loadBase(new MemoryStore(huge.contents), huge.manifest.descriptor.digest, parsePlatform('linux/amd64'));
    await expect(loading).toFailWithCode('BODY_TOO_LARGE', /the config of the base image/);
  });

  describe('with an incomplete base', () => {
    /** An index of unchanged descriptors, in memory. */
    const indexOf = (manifests: readonly Descriptor[]) => encodeManifest({ schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests });
    const load = (root: EncodedManifest, more: readonly EncodedManifest[] = []) =>
      loadBase(new MemoryStore([...contents, ...more, root]), root.descriptor.digest, arm64);
    const [amd64Entry, arm64Entry] = images.map(({ manifest }) => manifest.descriptor);

    it('reads the platforms from the configs if the index names none, or empty ones', async () => {
      for (const platform of [undefined, { os: '', architecture: '' }]) {
        const root = indexOf([amd64Entry!, arm64Entry!].map((entry) => ({ ...entry, ...(platform && { platform }) })));
        expect((await load(root)).manifest.descriptor.digest).toBe(arm64Entry!.digest);
      }
      await expect(load(indexOf([amd64Entry!]))).toFailWithCode('PLATFORM_INVALID', /linux\/arm64/);
    });

    it('descends into a nested index, with a platform or without one', async () => {
      const inner = indexOf([amd64Entry!, arm64Entry!]);
      for (const platform of [undefined, arm64]) {
        const root = indexOf([{ ...inner.descriptor, ...(platform && { platform }) }]);
        expect((await load(root, [inner])).manifest.descriptor.digest).toBe(arm64Entry!.digest);
      }
    });

    it('does not treat an attestation as an image', async () => {
      const annotations = { 'vnd.docker.reference.type': 'attestation-manifest' };
      const root = indexOf([
        { ...amd64Entry!, annotations, platform: { os: 'unknown', architecture: 'unknown' } },
        { ...arm64Entry!, annotations },
      ]);
      await expect(load(root)).toFailWithCode('PLATFORM_INVALID');
    });

    it.each([
      ['empty', { os: '', architecture: '' }],
      ['missing', { os: undefined, architecture: undefined }],
    ])('uses the platform of the index, or the wanted one, if it is %s in the config', async (_what, said) => {
      const document = JSON.parse(Buffer.from(arm64Image!.config.bytes).toString()) as object;
      const bytes = Buffer.from(JSON.stringify({ ...document, ...said }));
      const config = { descriptor: { mediaType: MEDIA_TYPES.ociConfig, digest: digestOf(bytes), size: bytes.length }, bytes };
      const manifest = encodeManifest({ ...parseManifest(arm64Image!.manifest.bytes), config: config.descriptor });
      for (const root of [manifest, indexOf([manifest.descriptor]), indexOf([{ ...manifest.descriptor, platform: arm64 }])]) {
        const base = await load(root, [config, manifest]);
        expect(base.config).toMatchObject({ os: 'linux', architecture: 'arm64' });
      }
    });

    it('does not follow a cycle of indexes', async () => {
      let root = indexOf([amd64Entry!]);
      const levels = [root];
      for (let level = 0; level < 20; level++) levels.push((root = indexOf([root.descriptor])));
      await expect(load(root, levels)).toFailWithCode('PLATFORM_INVALID');
    });
  });

  describe('with a hostile index', () => {
    const indexOf = (manifests: readonly Descriptor[]) => encodeManifest({ schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests });
    /** Loads it, and counts the manifests that are requested. */
    const countReads = async (root: EncodedManifest, documents: readonly EncodedManifest[]): Promise<number> => {
      const store = new MemoryStore([...contents, ...documents, root]);
      const reads = jest.spyOn(store, 'fetchManifest');
      await expect(loadBase(store, root.descriptor.digest, arm64)).rejects.toMatchObject({
        code: expect.stringMatching(/^(?:PLATFORM|MANIFEST)_INVALID$/) as string,
      });
      return reads.mock.calls.length;
    };

    it.each([
      ['without platforms', undefined],
      ['with the wanted platform', arm64],
    ])('that lists the next one many times, %s, reads each once', async (_what, platform) => {
      let root = indexOf([images[0]!.manifest.descriptor]);
      const levels = [root];
      for (let level = 0; level < 3; level++) {
        const entry = { ...root.descriptor, ...(platform && { platform }) };
        levels.push((root = indexOf(Array.from({ length: 30 }, () => entry))));
      }
      expect(await countReads(root, levels)).toBeLessThan(10);
    });

    it('that is a tree of thousands of indexes reads a limited number of them', async () => {
      const documents: EncodedManifest[] = [];
      const grow = (depth: number, name: string): EncodedManifest => {
        const children = depth === 0 ? [] : Array.from({ length: 16 }, (_, at) => grow(depth - 1, `${name}.${at}`));
        const own = indexOf(children.map(({ descriptor }) => ({ ...descriptor, platform: arm64, annotations: { name } })));
        documents.push(own);
        return own;
      };
      expect(await countReads(grow(3, 'root'), documents)).toBeLessThan(300);
    });

    it('of a thousand images costs one request for one of them', async () => {
      const many = Array.from({ length: 1000 }, (_, at) => ({
        ...images[0]!.manifest.descriptor,
        platform: at === 700 ? arm64 : { os: 'linux', architecture: `other${at}` },
        ...(at === 700 && images[1]!.manifest.descriptor),
      }));
      const root = indexOf(many.map((entry, at) => (at === 700 ? { ...entry, platform: arm64 } : entry)));
      const store = new MemoryStore([...contents, root]);
      const reads = jest.spyOn(store, 'fetchManifest');
      expect((await loadBase(store, root.descriptor.digest, arm64)).config.architecture).toBe('arm64');
      expect(reads).toHaveBeenCalledTimes(2);
    });

    it('that names the wrong platform for an image does not get that image in', async () => {
      const root = indexOf([{ ...images[0]!.manifest.descriptor, platform: arm64 }]);
      await expect(loadBase(new MemoryStore([...contents, root]), root.descriptor.digest, arm64)).toFailWithCode('PLATFORM_INVALID');
    });

    it('whose entry has the digest of nothing, or of Windows of another version, is refused', async () => {
      const windows = { os: 'windows', architecture: 'amd64', 'os.version': '10.0.17763.1' };
      const root = indexOf([{ ...images[0]!.manifest.descriptor, platform: windows }]);
      const store = new MemoryStore([...contents, root]);
      const wanted = { ...windows, 'os.version': '10.0.20348.1' };
      await expect(loadBase(store, root.descriptor.digest, wanted)).toFailWithCode('PLATFORM_INVALID');
      const gone = indexOf([{ mediaType: MEDIA_TYPES.ociManifest, digest: digestOf('gone'), size: 4, platform: arm64 }]);
      await expect(loadBase(new MemoryStore([...contents, gone]), gone.descriptor.digest, arm64)).toFailWithCode('NOT_FOUND');
    });
  });

  it('reports a missing image', async () => {
    await expect(loadBase(layout, 'missing', arm64)).toFailWithCode('NOT_FOUND', /missing does not exist/);
  });
});

describe('readBasesFromLayout', () => {
  it('uses the only image of the layout, directly or in an index', async () => {
    for (const entry of [index.descriptor, arm64Image!.manifest.descriptor]) {
      await fill([entry]);
      const [base] = await readBasesFromLayout(folder, [arm64]);
      expect(base!.manifest.descriptor.digest).toBe(arm64Image!.manifest.descriptor.digest);
    }
  });

  it('chooses among several entries by their platform', async () => {
    await fill(
      images.map(({ manifest }, position) => ({ ...manifest.descriptor, platform: position === 0 ? parsePlatform('linux/amd64') : arm64 })),
    );
    const [base] = await readBasesFromLayout(folder, [arm64]);
    expect(base!.manifest.descriptor.digest).toBe(arm64Image!.manifest.descriptor.digest);
    await layout.setEntries([index.descriptor, amd64Image!.manifest.descriptor]);
    const [other] = await readBasesFromLayout(folder, [arm64]);
    expect(other!.manifest.descriptor.digest).toBe(arm64Image!.manifest.descriptor.digest);
  });
});

describe('loadBases', () => {
  const s390x = parsePlatform('linux/s390x');
  const riscv64 = parsePlatform('linux/riscv64');
  const amd64 = parsePlatform('linux/amd64');

  it('looks a tag up once for all platforms, so that all come from one version of the base', async () => {
    const store = new MemoryStore(contents);
    await store.tag(index, '1');
    const asked = jest.spyOn(store, 'fetchManifest');
    const bases = await loadBases(store, '1', [arm64, amd64]);
    expect(bases.map(({ config }) => config.architecture)).toEqual(['arm64', 'amd64']);
    expect(asked.mock.calls.filter(([reference]) => reference === '1')).toHaveLength(1);
  });

  it('names every platform that is missing, at once', async () => {
    await fill([index.descriptor]);
    const loading = loadBases(layout, index.descriptor.digest, [s390x, arm64, riscv64], { name: 'a.example/base:1' });
    await expect(loading).toFailWithCode('PLATFORM_INVALID', /a\.example\/base:1: it does not support linux\/s390x and linux\/riscv64/);
    await expect(loading).rejects.toMatchObject({ hint: 'It supports linux/amd64, linux/arm64.' });
  });

  it('names the platforms that an image without an index lacks', async () => {
    await fill([]);
    const loading = loadBases(layout, amd64Image!.manifest.descriptor.digest, [amd64, arm64, s390x]);
    await expect(loading).toFailWithCode('PLATFORM_INVALID', /does not support linux\/arm64 and linux\/s390x/);
  });

  it('finds them in a layout whose only entry is an index', async () => {
    await fill([index.descriptor]);
    const bases = await readBasesFromLayout(folder, [arm64, amd64]);
    expect(bases.map(({ config }) => config.architecture)).toEqual(['arm64', 'amd64']);
    await expect(readBasesFromLayout(folder, [s390x, riscv64])).toFailWithCode('PLATFORM_INVALID', /linux\/s390x and linux\/riscv64/);
  });
});
