import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { createRegistryClient, type RegistryClient } from '@nx-oci/distribution';
import { openLayout } from '@nx-oci/layout';
import {
  ANNOTATIONS,
  copyImage,
  encodeManifest,
  MEDIA_TYPES,
  parseImageConfig,
  parseIndex,
  parseManifest,
  parsePlatform,
  parseReference,
} from '@nx-oci/model';
import { makeIndex, MemoryStore } from '@nx-oci/model/testing';
import { startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { imageFolder, readImageRecord } from '../image/image-record';
import type { BaseChoice, NativeBuildOptions, NativeLayer } from '../options/native-options';
import { createNativeEngine } from './native-engine';

const AMD64 = parsePlatform('linux/amd64');
const ARM64 = parsePlatform('linux/arm64');
const S390X = parsePlatform('linux/s390x');
const RISCV64 = parsePlatform('linux/riscv64');

let root: string;
let registry: RunningRegistry;
let client: RegistryClient;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'nx-oci-platforms-'));
  for (const name of ['api', 'bin/amd64', 'bin/arm64']) {
    await mkdir(join(root, 'dist', name), { recursive: true });
    await writeFile(join(root, 'dist', name, 'file'), name);
  }
  registry = await startRegistry();
  client = createRegistryClient({ credentials: { find: () => Promise.resolve({ searched: [] }) } });
});
afterEach(async () => {
  await client.close();
  await registry.close();
  await rm(root, { recursive: true });
});

const layer = (name: string): NativeLayer => ({ name: '/app', sources: [{ from: join(root, 'dist', name), to: '/app' }] });

function build(project: string, { platforms, base = { kind: 'scratch' } }: Pick<NativeBuildOptions, 'platforms'> & { base?: BaseChoice }) {
  const engine = createNativeEngine({
    openRepository: ({ registry: host, repository }) => Promise.resolve(client.repository({ registry: host, repository })),
    layerCache: join(root, 'layers'),
  });
  return engine.build(
    { base, platforms, config: { cmd: ['node', '/app/main.js'] }, labels: { team: 'a' }, annotations: { mine: 'yes' } },
    { project, workspaceRoot: root, folder: imageFolder(root, project), print: () => undefined },
  );
}

const sharing = (platforms: readonly (typeof AMD64)[]) => {
  const layers = [layer('api')];
  return platforms.map((platform) => ({ platform, layers }));
};

/** The index of a built image, with the documents of each platform. */
async function readIndex(project: string) {
  const layout = await openLayout(imageFolder(root, project));
  const entries = await layout.entries();
  const index = parseIndex(await layout.readDocument(entries[0]!), entries[0]!.mediaType);
  const images = await Promise.all(
    index.manifests.map(async (entry) => {
      const manifest = parseManifest(await layout.readDocument(entry), entry.mediaType);
      return { entry, manifest, config: parseImageConfig(await layout.readDocument(manifest.config)) };
    }),
  );
  return { entries, index, images, blobs: await readdir(join(layout.folder, 'blobs/sha256')) };
}

/** Pushes a base for amd64 and arm64 to the registry. */
async function publishBase() {
  const base = makeIndex();
  const store = new MemoryStore();
  for (const { descriptor, bytes } of base.contents) await store.push(descriptor, () => Promise.resolve(Readable.from([bytes])));
  const target = client.repository({ registry: registry.host, repository: 'base', access: 'push' });
  await copyImage(store, target, base.index.descriptor);
  await target.tag(base.index, '1');
  return { base, choice: { kind: 'registry', reference: parseReference(`${registry.host}/base:1`) } as const };
}

describe('an image for several platforms', () => {
  it('is an index with one config and manifest per platform, and one copy of the layers', async () => {
    const { record, layers } = await build('api', { platforms: sharing([AMD64, ARM64]) });
    const { entries, index, images, blobs } = await readIndex('api');
    expect(entries).toEqual([record.output.manifest]);
    expect(record).toMatchObject({ platforms: ['linux/amd64', 'linux/arm64'], output: { manifest: { mediaType: MEDIA_TYPES.ociIndex } } });
    expect(images.map(({ config }) => config.architecture)).toEqual(['amd64', 'arm64']);
    expect(index.manifests.map(({ platform }) => platform)).toEqual([AMD64, ARM64]);
    expect(index.annotations).toEqual({ mine: 'yes', [ANNOTATIONS.project]: 'api', [ANNOTATIONS.build]: record.build });
    expect(blobs).toHaveLength(6);
    expect(layers?.map(({ origin }) => origin)).toEqual(['new']);
  });

  it('has the same image for each platform as a build for that platform alone', async () => {
    const { choice } = await publishBase();
    const platforms = sharing([AMD64, ARM64]);
    await build('api', { platforms, base: choice });
    const { images } = await readIndex('api');
    for (const [position, one] of platforms.entries()) {
      const { record } = await build('api', { platforms: [one], base: choice });
      expect(record.output.manifest.digest).toBe(images[position]!.entry.digest);
    }
  });

  it('has the same digest when it is built again, without packing a layer again', async () => {
    const first = await build('api', { platforms: sharing([AMD64, ARM64]) });
    const second = await build('api', { platforms: sharing([AMD64, ARM64]) });
    expect(second.record).toEqual(first.record);
    expect(second.layers?.map(({ origin }) => origin)).toEqual(['reused']);
    const turned = await build('api', { platforms: sharing([ARM64, AMD64]) });
    expect(turned.record.build).not.toBe(first.record.build);
  });

  it('has the layers of a platform only in the image for that platform', async () => {
    const app = layer('api');
    const platforms = [AMD64, ARM64].map((platform) => ({ platform, layers: [app, layer(`bin/${platform.architecture}`)] }));
    const { layers } = await build('api', { platforms });
    const { images } = await readIndex('api');
    const [[shared, amd64], [again, arm64]] = images.map(({ manifest }) => manifest.layers.map(({ digest }) => digest)) as [
      string[],
      string[],
    ];
    expect(again).toBe(shared);
    expect(arm64).not.toBe(amd64);
    expect(layers).toHaveLength(3);
  });

  it('uses the image of its base for each platform, and names them in annotations of the index', async () => {
    const { base, choice } = await publishBase();
    const { record } = await build('api', { platforms: sharing([AMD64, ARM64]), base: choice });
    const { index, images } = await readIndex('api');
    const digests = base.images.map(({ manifest }) => manifest.descriptor.digest);
    expect(images.map(({ manifest }) => manifest.annotations?.[ANNOTATIONS.baseDigest])).toEqual(digests);
    expect(index.manifests.map(({ annotations }) => annotations?.[ANNOTATIONS.baseDigest])).toEqual(digests);
    expect(index.annotations).toMatchObject({ [ANNOTATIONS.baseName]: `${registry.host}/base:1` });
    expect(record.output.base?.digests).toEqual(digests);
    const ofBase = new Set(base.images.flatMap(({ layers }) => layers.map(({ descriptor }) => descriptor.digest)));
    expect(new Set(record.output.base?.layers.map(({ digest }) => digest))).toEqual(ofBase);
  });

  it('reads its base once, so that all platforms use the same version', async () => {
    const { choice } = await publishBase();
    registry.log.clear();
    await build('api', { platforms: sharing([AMD64, ARM64]), base: choice });
    expect(registry.log.entries().filter(({ path }) => path.endsWith('/manifests/1'))).toHaveLength(1);
  });

  it('reports every platform that its base lacks before anything is built, and leaves no record', async () => {
    const { choice } = await publishBase();
    await build('api', { platforms: sharing([AMD64]) });
    await rm(join(root, 'dist/api'), { recursive: true });
    await expect(build('api', { platforms: sharing([S390X, AMD64, RISCV64]), base: choice })).rejects.toMatchObject({
      code: 'PLATFORM_INVALID',
      message: `Cannot build on the base image ${registry.host}/base:1: it does not support linux/s390x and linux/riscv64.`,
      hint: 'It supports linux/amd64, linux/arm64.',
    });
    await expect(readImageRecord(imageFolder(root, 'api'))).rejects.toMatchObject({ code: 'LAYOUT_INVALID' });
  });

  it('can be the base of other images, for each of its platforms', async () => {
    const { choice } = await publishBase();
    await build('middle', { platforms: sharing([AMD64, ARM64]), base: choice });
    const layout: BaseChoice = { kind: 'layout', folder: imageFolder(root, 'middle') };
    const { record } = await build('top', {
      platforms: [AMD64, ARM64].map((platform) => ({
        platform,
        layers: [{ name: '/etc', sources: [{ from: join(root, 'dist/bin'), to: '/etc' }] }],
      })),
      base: layout,
    });
    const { images } = await readIndex('top');
    expect(images.map(({ config }) => config.architecture)).toEqual(['amd64', 'arm64']);
    expect(record.output.base).toMatchObject({ repository: 'base' });
    await expect(build('top', { platforms: sharing([S390X, AMD64]), base: layout })).rejects.toMatchObject({
      code: 'PLATFORM_INVALID',
      message: expect.stringContaining('it does not support linux/s390x'),
    });
  });

  it('keeps no blob of earlier platforms', async () => {
    await build('api', { platforms: sharing([AMD64, ARM64]) });
    await build('api', { platforms: sharing([AMD64]) });
    expect(await readdir(join(imageFolder(root, 'api'), 'blobs/sha256'))).toHaveLength(3);
  });

  it('refuses a platform that is named twice', async () => {
    await expect(build('api', { platforms: sharing([AMD64, AMD64]) })).rejects.toMatchObject({ code: 'OPTIONS_INVALID' });
  });

  it('is refused with the name of a file that is missing for one platform', async () => {
    const app = layer('api');
    const platforms = [AMD64, S390X, RISCV64].map((platform) => ({ platform, layers: [app, layer(`bin/${platform.architecture}`)] }));
    await expect(build('api', { platforms })).rejects.toMatchObject({
      code: 'LAYER_SOURCE_MISSING',
      message: expect.stringMatching(/bin\/s390x .*bin\/riscv64 /s),
    });
  });
});

it('a base for one platform is reported with the platforms that it lacks', async () => {
  const { base } = await publishBase();
  const one = base.images[0]!.manifest.descriptor;
  const index = encodeManifest({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociIndex,
    manifests: [{ ...one, platform: AMD64 }],
  });
  const target = client.repository({ registry: registry.host, repository: 'base', access: 'push' });
  await target.tag(index, 'amd64');
  const reference = parseReference(`${registry.host}/base:amd64`);
  await expect(build('api', { platforms: sharing([AMD64, ARM64]), base: { kind: 'registry', reference } })).rejects.toMatchObject({
    message: expect.stringContaining('it does not support linux/arm64'),
    hint: 'It supports linux/amd64.',
  });
});

it('the files that builds leave do not name a machine', async () => {
  await build('api', { platforms: sharing([AMD64, ARM64]) });
  expect(await readFile(join(imageFolder(root, 'api'), 'image.json'), 'utf8')).not.toContain(root);
});
