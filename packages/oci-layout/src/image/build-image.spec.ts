import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { ANNOTATIONS, encodeImageConfig, encodeManifest, MEDIA_TYPES, parseManifest, type ImageConfig } from '@nx-oci/model';
import { makeImage, toFailWithCode } from '@nx-oci/model/testing';

import { createLayout } from '../folder/layout';
import type { BaseImage } from './base-image';
import { buildImage } from './build-image';
import type { BuildImageOptions, BuiltImage } from './build-options';

expect.extend({ toFailWithCode });

const platform = { os: 'linux', architecture: 'amd64' };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nx-oci-build-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const FILES: readonly (readonly [path: string, content: string, mode: number])[] = [
  ['main.js', 'console.log("hello")\n', 0o644],
  ['bin/start', '#!/bin/sh\nexec node /app/main.js\n', 0o755],
  ['größe/日本語.txt', 'text\n', 0o644],
  [`${'deep/'.repeat(60)}file`, 'deep\n', 0o644],
];

interface Habits {
  readonly order: readonly number[];
  readonly umask: number;
  readonly time: number;
}

/** Writes the same files as on another machine. */
async function writeFiles(place: string, { order, umask, time }: Habits): Promise<void> {
  for (const [path, content, mode] of order.map((position) => FILES[position]!)) {
    const file = join(place, path);
    await mkdir(dirname(file), { recursive: true, mode: 0o777 & ~umask });
    await writeFile(file, content);
    await chmod(file, mode & ~umask);
    await utimes(file, time, time);
  }
  await mkdir(join(place, 'empty'), { recursive: true });
}

async function build(name: string, options: Partial<BuildImageOptions> = {}): Promise<BuiltImage> {
  const sink = await createLayout(join(folder, `${name}-image`));
  return buildImage({ sink, platform, layers: [[{ from: join(folder, name), to: '/app' }]], config: {}, ...options });
}

describe('buildImage', () => {
  it('builds the same image from the same files, regardless of owner, time and order', async () => {
    await writeFiles(join(folder, 'one'), { order: [0, 1, 2, 3], umask: 0o022, time: 1_000_000 });
    await writeFiles(join(folder, 'two'), { order: [3, 1, 0, 2], umask: 0o077, time: 2_000_000 });
    const [one, two] = [await build('one'), await build('two')];
    expect(two.manifest.descriptor.digest).toBe(one.manifest.descriptor.digest);
    // The digest of the archive must never depend on the machine, the version of Node or our release.
    expect(one.layers[0]!.diffId).toBe('sha256:6879ff619e1a0a1e9ef6fb6310157a0a6440bf54728997c60981e3fba1a2c26e');
  });

  it('builds another image if a file, its x bit or an empty folder changes', async () => {
    await writeFiles(join(folder, 'one'), { order: [0, 1, 2, 3], umask: 0o022, time: 1 });
    const digests = [(await build('one')).manifest.descriptor.digest];
    await chmod(join(folder, 'one/main.js'), 0o755);
    digests.push((await build('one')).manifest.descriptor.digest);
    await mkdir(join(folder, 'one/empty2'));
    digests.push((await build('one')).manifest.descriptor.digest);
    await writeFile(join(folder, 'one/main.js'), 'console.log("hullo")\n');
    digests.push((await build('one')).manifest.descriptor.digest);
    expect(new Set(digests).size).toBe(4);
  });

  it('writes an image that other tools can read', async () => {
    await writeFiles(join(folder, 'one'), { order: [0, 1], umask: 0o022, time: 1 });
    const sink = await createLayout(join(folder, 'image'));
    const built = await buildImage({
      sink,
      platform,
      layers: [[{ from: join(folder, 'one/main.js'), to: '/app/' }], [{ from: join(folder, 'one/bin'), to: '/app/bin' }]],
      config: { entrypoint: ['/app/bin/start'], env: { PORT: '8080' }, ports: [8080], workdir: '/app' },
      labels: { [ANNOTATIONS.project]: 'api' },
    });
    await sink.tag(built.manifest, 'latest');
    const { stdout } = await promisify(execFile)('tar', [
      '-tzf',
      join(folder, 'image/blobs/sha256', built.layers[1]!.descriptor.digest.slice(7)),
    ]);
    expect(stdout.trim().split('\n')).toEqual(['app/', 'app/bin/', 'app/bin/start']);
    expect(JSON.parse(Buffer.from(encodeImageConfig(built.config).bytes).toString())).toEqual({
      created: '1970-01-01T00:00:00Z',
      architecture: 'amd64',
      os: 'linux',
      config: {
        ExposedPorts: { '8080/tcp': {} },
        Env: ['PORT=8080'],
        Entrypoint: ['/app/bin/start'],
        WorkingDir: '/app',
        Labels: { 'dev.nx-oci.project': 'api' },
      },
      rootfs: { type: 'layers', diff_ids: built.layers.map(({ diffId }) => diffId) },
      history: [
        { created: '1970-01-01T00:00:00Z', created_by: 'nx-oci: /app/' },
        { created: '1970-01-01T00:00:00Z', created_by: 'nx-oci: /app/bin' },
      ],
    });
  });

  it('reuses its layers from the cache, and reports that', async () => {
    await writeFiles(join(folder, 'one'), { order: [0, 1], umask: 0o022, time: 1 });
    const layerCache = join(folder, 'cache');
    const first = await build('one', { layerCache });
    await rm(join(folder, 'one-image'), { recursive: true });
    const second = await build('one', { layerCache });
    expect([first.layers[0]!.reused, second.layers[0]!.reused]).toEqual([false, true]);
    expect(second.manifest.descriptor.digest).toBe(first.manifest.descriptor.digest);
  });

  it('writes nothing if options or sources are wrong', async () => {
    const sink = await createLayout(join(folder, 'image'));
    const options = { sink, platform, layers: [[{ from: join(folder, 'missing'), to: '/app' }]], config: {} };
    await expect(buildImage(options)).toFailWithCode('LAYER_SOURCE_MISSING', /missing \(for \/app\) does not exist/);
    const config = { ports: [0, '80/icmp', 'http'], workdir: 'app', env: { 'A=B': '' } };
    await expect(buildImage({ ...options, layers: [], config })).toFailWithCode('OPTIONS_INVALID', /"A=B".*"app".*0.*"80\/icmp".*"http"/);
    await expect(sink.removeUnreferenced()).resolves.toBe(0);
  });
});

describe('an image on a base', () => {
  const labels = { maintainer: 'base', [ANNOTATIONS.version]: '22.04', [ANNOTATIONS.project]: 'base' };
  const made = makeImage({
    config: { Env: ['PATH=/usr/bin', 'A=1'], Cmd: ['sh'], Entrypoint: ['/init'], Labels: labels, OnBuild: ['RUN x'] },
  });
  const configOf = (changes: Partial<ImageConfig> = {}): ImageConfig => ({
    ...(JSON.parse(Buffer.from(made.config.bytes).toString()) as ImageConfig),
    ...changes,
  });
  const base: BaseImage = { manifest: made.manifest, config: configOf() };

  it('names the layers of the base without storing them', async () => {
    await writeFiles(join(folder, 'one'), { order: [0], umask: 0o022, time: 1 });
    const { manifest, config, layers } = await build('one', { base });
    const named = parseManifest(manifest.bytes).layers.map(({ digest }) => digest);
    expect(named).toEqual([...made.layers.map(({ descriptor }) => descriptor.digest), layers[0]!.descriptor.digest]);
    expect(config.rootfs.diff_ids).toHaveLength(3);
    expect(config.history).toHaveLength(3);
    const sink = await createLayout(join(folder, 'one-image'));
    await expect(sink.has(made.layers[0]!.descriptor)).resolves.toBe(false);
  });

  it('inherits what containers need, but not the labels of the base', async () => {
    const { config } = await build('one', { base, layers: [], config: { env: { Z: '3', A: '2', B: '' } }, labels: { own: 'x' } });
    expect(config.config).toEqual({
      Env: ['PATH=/usr/bin', 'A=2', 'B=', 'Z=3'],
      Cmd: ['sh'],
      Entrypoint: ['/init'],
      Labels: { maintainer: 'base', own: 'x' },
    });
  });

  it('drops the inherited command with a new entrypoint, as Docker does', async () => {
    const started = await build('one', { base, layers: [], config: { entrypoint: ['/app/start'] } });
    expect(started.config.config).not.toHaveProperty('Cmd');
    const both = await build('one', { base, layers: [], config: { entrypoint: ['/app/start'], cmd: ['--fast'] } });
    expect(both.config.config).toMatchObject({ Entrypoint: ['/app/start'], Cmd: ['--fast'] });
    const command = await build('one', { base, layers: [], config: { cmd: ['ls'] } });
    expect(command.config.config).toMatchObject({ Entrypoint: ['/init'], Cmd: ['ls'] });
  });

  it.each([
    ['none', []],
    ['too few entries', [{ created_by: 'ADD' }, { created_by: 'ENV', empty_layer: true }]],
    ['too many entries', [{}, {}, {}]],
  ])('has a history entry for each layer if the base has %s', async (_what, history) => {
    const { config } = await build('one', { base: { ...base, config: configOf({ history }) }, layers: [] });
    expect(config.history!.filter((entry) => entry.empty_layer !== true)).toHaveLength(2);
  });

  it('converts the layers of a Docker manifest to OCI', async () => {
    const manifest = parseManifest(made.manifest.bytes);
    const docker = encodeManifest({
      ...manifest,
      mediaType: MEDIA_TYPES.dockerManifest,
      config: { ...manifest.config, mediaType: MEDIA_TYPES.dockerConfig },
      layers: manifest.layers.map((layer) => ({ ...layer, mediaType: MEDIA_TYPES.dockerLayerGzip })),
    });
    const built = await build('one', { base: { ...base, manifest: docker }, layers: [] });
    const { layers, config, mediaType } = parseManifest(built.manifest.bytes);
    expect(new Set(layers.map((layer) => layer.mediaType))).toEqual(new Set([MEDIA_TYPES.ociLayerGzip]));
    expect([mediaType, config.mediaType]).toEqual([MEDIA_TYPES.ociManifest, MEDIA_TYPES.ociConfig]);
  });

  it('refuses a base for another platform, or one with inconsistent documents', async () => {
    const arm = { os: 'linux', architecture: 'arm64' };
    await expect(build('one', { base, layers: [], platform: arm })).toFailWithCode('PLATFORM_INVALID', /linux\/arm64.*linux\/amd64/);
    const odd = configOf({ rootfs: { type: 'layers', diff_ids: [] } });
    await expect(build('one', { base: { ...base, config: odd }, layers: [] })).toFailWithCode('CONFIG_INVALID', /0 layers, its manifest 2/);
  });
});
