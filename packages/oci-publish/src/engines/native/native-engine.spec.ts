import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { createRegistryClient, type RegistryClient } from '@nx-oci/distribution';
import { createLayout, findZstdProblem, openLayout } from '@nx-oci/layout';
import { copyImage, MEDIA_TYPES, parseManifest, parsePlatform, parseReference } from '@nx-oci/model';
import { makeImage, MemoryStore } from '@nx-oci/model/testing';
import { startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { imageFolder, readImageRecord } from '../image/image-record';
import { createNativeEngine } from './native-engine';
import type { BaseChoice, NativeBuildOptions, NativePlatform } from '../options/native-options';

const LINUX = parsePlatform('linux/amd64');

describe('the native engine', () => {
  let root: string;
  let registry: RunningRegistry;
  let client: RegistryClient;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'nx-oci-native-'));
    await mkdir(join(root, 'dist/api'), { recursive: true });
    await writeFile(join(root, 'dist/api/main.js'), 'console.log("api")');
    registry = await startRegistry();
    client = createRegistryClient({ credentials: { find: () => Promise.resolve({ searched: [] }) } });
  });

  afterEach(async () => {
    await client.close();
    await registry.close();
    await rm(root, { recursive: true });
  });

  const options = (
    base: BaseChoice,
    {
      platform = LINUX,
      layers = [{ name: '/app', sources: [{ from: join(root, 'dist/api'), to: '/app' }] }],
      ...more
    }: Partial<NativeBuildOptions & NativePlatform> = {},
  ): NativeBuildOptions => ({
    base,
    platforms: [{ platform, layers }],
    config: { cmd: ['node', '/app/main.js'] },
    labels: { team: 'a' },
    annotations: {},
    ...more,
  });

  const build = (project: string, of: NativeBuildOptions) =>
    createNativeEngine({
      openRepository: ({ registry: host, repository }) => Promise.resolve(client.repository({ registry: host, repository })),
      layerCache: join(root, 'layers'),
    }).build(of, { project, workspaceRoot: root, folder: imageFolder(root, project), print: () => undefined });

  /** Manifest and config on disk. */
  const readImage = async (project: string) => {
    const folder = imageFolder(root, project);
    const { output } = await readImageRecord(folder);
    const read = async (digest: string) => readFile(join(folder, 'blobs', digest.replace(':', '/')));
    const manifest = parseManifest(await read(output.manifest.digest), output.manifest.mediaType);
    const config = JSON.parse((await read(manifest.config.digest)).toString()) as {
      config: { Labels: Record<string, string>; Cmd: string[] };
    };
    return { output, manifest, config, blobs: await readdir(join(folder, 'blobs/sha256')) };
  };

  /** A base image in the registry, and its manifest. */
  const publishBase = async () => {
    const base = makeImage({ layers: 2 });
    const store = new MemoryStore();
    for (const { descriptor, bytes } of base.contents) await store.push(descriptor, () => Promise.resolve(Readable.from([bytes])));
    const target = client.repository({ registry: registry.host, repository: 'base', access: 'push' });
    await copyImage(store, target, base.manifest.descriptor);
    await target.tag(base.manifest, '1');
    return base;
  };

  describe('whose program a layer has', () => {
    /** A static program of one architecture, as a linker begins it. */
    const writeProgram = async (machine: number) => {
      const header = Buffer.alloc(64);
      header.write('7f454c46020101', 'hex');
      header.writeUInt16LE(machine, 18);
      await writeFile(join(root, 'dist/api/api'), header, { mode: 0o755 });
    };

    it.each([
      ['a folder', { entrypoint: ['/app/api'] }],
      ['a folder, from where it starts', { cmd: ['./api'], workdir: '/app' }],
      ['a file', { cmd: ['/bin/api', '--serve'] }],
    ])('is refused if that is for another architecture: from %s', async (source, config) => {
      const layers = [{ name: '/bin', sources: [{ from: join(root, 'dist/api/api'), to: '/bin/' }] }];
      const scratch = options({ kind: 'scratch' }, { config, ...(source === 'a file' && { layers }) });
      await writeProgram(183);
      await expect(build('api', scratch)).rejects.toMatchObject({
        code: 'OPTIONS_INVALID',
        message: expect.stringMatching(
          /api is a program for linux\/arm64, the image is for linux\/amd64 → Build it for linux\/amd64 \(Go: GOOS=linux GOARCH=amd64/,
        ) as string,
      });
      await writeProgram(62);
      expect((await build('api', scratch)).warnings).toEqual([]);
      await writeProgram(183);
      const forArm = scratch.platforms.map((of) => ({ ...of, platform: parsePlatform('linux/arm64') }));
      await build('api', { ...scratch, platforms: forArm });
    });

    (process.platform === 'linux' ? it : it.skip)('warns where nothing has the loader of that', async () => {
      await copyFile('/bin/ls', join(root, 'dist/api/api'));
      const built = await build(
        'api',
        options(
          { kind: 'scratch' },
          { config: { cmd: ['/app/api'] }, platform: parsePlatform(`linux/${process.arch === 'x64' ? 'amd64' : process.arch}`) },
        ),
      );
      expect(built.warnings).toEqual([
        expect.stringMatching(/^\/app\/api needs the loader \/lib\S+, which is not in the image, so it does not start on `scratch`/),
      ]);
    });
  });

  it('builds an image from files only', async () => {
    const { record, layers } = await build('@acme/api', options({ kind: 'scratch' }));
    expect(record).toMatchObject({ project: '@acme/api', engine: 'native', platforms: ['linux/amd64'] });
    expect(layers).toEqual([{ name: '/app', sizeBytes: expect.any(Number), origin: 'new' }]);
    const { config, manifest, blobs } = await readImage('@acme/api');
    expect(config.config.Labels).toEqual({ team: 'a', 'dev.nx-oci.project': '@acme/api', 'dev.nx-oci.build': record.build });
    expect(manifest.annotations).toMatchObject({ 'dev.nx-oci.project': '@acme/api' });
    expect(config.config.Cmd).toEqual(['node', '/app/main.js']);
    expect(blobs).toHaveLength(3);
  });

  it('builds the same image again without packing', async () => {
    const first = await build('api', options({ kind: 'scratch' }));
    const second = await build('api', options({ kind: 'scratch' }));
    expect(second.record).toEqual(first.record);
    expect(second.layers?.map(({ origin }) => origin)).toEqual(['reused']);
  });

  (findZstdProblem() === undefined ? it : it.skip)(
    'puts zstd layers on the layers of a base, which stay as they are, as another build',
    async () => {
      await publishBase();
      const base: BaseChoice = { kind: 'registry', reference: { registry: registry.host, repository: 'base', tag: '1' } };
      const gzip = await build('api', options(base));
      const zstd = await build('api', options(base, { compression: 'zstd' }));
      expect(zstd.record.build).not.toBe(gzip.record.build);
      const { manifest } = await readImage('api');
      expect(manifest.mediaType).toBe(MEDIA_TYPES.ociManifest);
      expect(manifest.layers.map(({ mediaType }) => mediaType.split('.').at(-1))).toEqual(['tar', 'tar', 'tar+zstd']);
    },
  );

  it('removes the blobs of the previous image', async () => {
    await build('api', options({ kind: 'scratch' }));
    await writeFile(join(root, 'dist/api/main.js'), 'console.log("changed")');
    await build('api', options({ kind: 'scratch' }));
    expect((await readImage('api')).blobs).toHaveLength(3);
  });

  it.each([
    ['missing', 'base:2', LINUX, (name: string) => `Cannot build on the base image: ${name} does not exist.`],
    [
      'for another platform',
      'base:1',
      parsePlatform('linux/s390x'),
      (name: string) => `Cannot build on the base image ${name}: it does not support linux/s390x.`,
    ],
  ])('names the full reference of a base that is %s', async (_, image, platform, message) => {
    await publishBase();
    const name = `${registry.host}/${image}`;
    const building = build('api', options({ kind: 'registry', reference: parseReference(name) }, { platform }));
    await expect(building).rejects.toMatchObject({ message: message(name) });
  });

  it('stores no layers of a base image, and reads each once for its folders', async () => {
    const base = await publishBase();
    const reference = parseReference(`${registry.host}/base:1`);
    const { record, layers } = await build('api', options({ kind: 'registry', reference }));
    const { manifest, config, blobs } = await readImage('api');
    const { descriptor } = base.manifest;
    expect(record.output).toMatchObject({
      base: { reference: `${registry.host}/base:1`, registry: registry.host, repository: 'base', digests: [descriptor.digest] },
    });
    expect(manifest.layers).toHaveLength(3);
    expect(blobs).toHaveLength(3);
    expect(layers?.map(({ origin }) => origin)).toEqual(['base', 'base', 'new']);
    expect(config.config.Labels).toMatchObject({
      'org.opencontainers.image.base.name': `${registry.host}/base:1`,
      'org.opencontainers.image.base.digest': descriptor.digest,
    });
    const fetched = () => registry.log.entries().filter(({ method, path }) => method === 'GET' && path.includes('/blobs/'));
    expect(fetched()).toHaveLength(3);
    await build('other', options({ kind: 'registry', reference }));
    expect(fetched()).toHaveLength(4);
  });

  it('names the missing base, and leaves no record', async () => {
    await build('api', options({ kind: 'scratch' }));
    const reference = parseReference(`${registry.host}/base:none`);
    await expect(build('api', options({ kind: 'registry', reference }))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(readImageRecord(imageFolder(root, 'api'))).rejects.toMatchObject({ code: 'LAYOUT_INVALID' });
  });

  it('builds on the image of another project, sparse or whole', async () => {
    await publishBase();
    const reference = parseReference(`${registry.host}/base:1`);
    await build('middle', options({ kind: 'registry', reference }));
    const folder = imageFolder(root, 'middle');
    const { record } = await build(
      'top',
      options({ kind: 'layout', folder }, { layers: [{ name: '/etc', sources: [{ from: join(root, 'dist/api'), to: '/etc' }] }] }),
    );
    const { manifest, blobs } = await readImage('top');
    expect(manifest.layers).toHaveLength(4);
    // The layers of the middle image and ours are stored; those of the base stay in the registry.
    expect(blobs).toHaveLength(4);
    expect(record.output).toMatchObject({ base: { repository: 'base', layers: [expect.anything(), expect.anything()] } });
  });

  it('refuses a layout that lacks layers and does not name their registry', async () => {
    const base = makeImage({ layers: 1 });
    const layout = await createLayout(join(root, 'sparse'));
    for (const { descriptor, bytes } of base.contents.filter(({ descriptor }) => !descriptor.mediaType.includes('layer'))) {
      await layout.push(descriptor, () => Promise.resolve(Readable.from([bytes])));
    }
    await layout.setEntries([base.manifest.descriptor]);
    await expect(build('api', options({ kind: 'layout', folder: layout.folder }))).rejects.toMatchObject({
      code: 'LAYOUT_INVALID',
      message: expect.stringContaining('lacks 1 of its 1 layers'),
    });
  });

  it('writes a layout that other tools can read', async () => {
    await build('api', options({ kind: 'scratch' }));
    const [entry] = await (await openLayout(imageFolder(root, 'api'))).entries();
    expect(entry).toMatchObject({ platform: { os: 'linux', architecture: 'amd64' } });
  });

  it('gives one build digest for equal options in another checkout', async () => {
    const first = await build('api', options({ kind: 'scratch' }));
    const other = await mkdtemp(join(tmpdir(), 'nx-oci-native-'));
    await mkdir(join(other, 'dist/api'), { recursive: true });
    await writeFile(join(other, 'dist/api/main.js'), 'console.log("api")');
    const engine = createNativeEngine({ openRepository: () => Promise.reject(new Error('unused')), layerCache: join(other, 'layers') });
    const sources = [{ from: join(other, 'dist/api'), to: '/app' }];
    const second = await engine.build(options({ kind: 'scratch' }, { layers: [{ name: '/app', sources }] }), {
      project: 'api',
      workspaceRoot: other,
      folder: imageFolder(other, 'api'),
      print: () => undefined,
    });
    await rm(other, { recursive: true });
    expect(second.record).toEqual(first.record);
  });
});
