import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';

import { createLayout, type LayerSource } from '@nx-oci/layout';
import { describeWith } from '@nx-oci/model/testing';
import {
  digestOf,
  encodeImageConfig,
  encodeManifest,
  hexOf,
  MEDIA_TYPES,
  parsePlatform,
  type Descriptor,
  type Digest,
} from '@nx-oci/model';

import { imageFolder } from '../image/image-record';
import { createNativeEngine } from './native-engine';

const run = promisify(execFile);
const platform = parsePlatform('linux/amd64');

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'nx-oci-folders-'));
  await mkdir(join(root, 'dist/api/sub'), { recursive: true });
  await writeFile(join(root, 'dist/api/sub/main.js'), '1');
});
afterEach(() => rm(root, { recursive: true, force: true }));

interface Folder {
  readonly path: string;
  readonly mode: string;
  readonly owner: string;
}

/** A gzipped layer of GNU tar: folders by mode and owner, and links. */
async function packLayer(name: string, folders: readonly Folder[], links: Readonly<Record<string, string>> = {}): Promise<Buffer> {
  const place = join(root, 'tar', name);
  await mkdir(place, { recursive: true });
  const archive = `${place}.tar`;
  await run('tar', ['-cf', archive, '-T', '/dev/null']);
  for (const { path, mode, owner } of folders) {
    await mkdir(join(place, path), { recursive: true });
    const [uid, gid] = owner.split(':');
    const facts = [`--mode=${mode}`, `--owner=x:${uid}`, `--group=x:${gid}`];
    await run('tar', ['-rf', archive, '--no-recursion', ...facts, '-C', place, path]);
  }
  for (const [path, target] of Object.entries(links)) {
    await symlink(target, join(place, path));
    await run('tar', ['-rf', archive, '-C', place, path]);
  }
  return readFile(archive);
}

/** A base image as a layout folder, of uncompressed layers. */
async function writeBase(name: string, archives: readonly Buffer[], mediaType: string = MEDIA_TYPES.ociLayerTar): Promise<string> {
  const folder = join(root, name);
  const layout = await createLayout(folder);
  const push = async (descriptor: Descriptor, bytes: Uint8Array) => {
    await layout.push(descriptor, () => Promise.resolve(Readable.from([bytes])));
    return descriptor;
  };
  const layers = await Promise.all(archives.map((bytes) => push({ mediaType, digest: digestOf(bytes), size: bytes.length }, bytes)));
  const config = encodeImageConfig({ ...platform, rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) } });
  await push(config.descriptor, config.bytes);
  const manifest = encodeManifest({ schemaVersion: 2, mediaType: MEDIA_TYPES.ociManifest, config: config.descriptor, layers });
  await push(manifest.descriptor, manifest.bytes);
  await layout.setEntries([manifest.descriptor]);
  return folder;
}

/** Our own layer, listed by `tar`: path → mode and owner. */
async function build(base: string, ...sources: readonly Partial<LayerSource>[]) {
  const folder = imageFolder(root, 'api');
  const engine = createNativeEngine({ openRepository: () => Promise.reject(new Error('unused')), layerCache: join(root, 'cache') });
  const layers = [{ name: 'app', sources: sources.map((source) => ({ from: join(root, 'dist/api'), to: '/app', ...source })) }];
  const { warnings } = await engine.build(
    { base: { kind: 'layout', folder: base }, platforms: [{ platform, layers }], config: {}, labels: {}, annotations: {} },
    { project: 'api', workspaceRoot: root, folder, print: () => undefined },
  );
  const manifest = JSON.parse(await blobText(folder, await digestInIndex(folder))) as { layers: { digest: Digest }[] };
  const layer = join(folder, 'blobs/sha256', hexOf(manifest.layers.at(-1)!.digest));
  const { stdout } = await run('tar', ['-tvzf', layer, '--numeric-owner']);
  const facts = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(/\s+/));
  return { warnings, facts: Object.fromEntries(facts.map(([mode, owner, , , , path]) => [path, `${mode} ${owner}`])) };
}

async function digestInIndex(folder: string): Promise<Digest> {
  const index = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as { manifests: { digest: Digest }[] };
  return index.manifests[0]!.digest;
}

const blobText = (folder: string, digest: Digest) => readFile(join(folder, 'blobs/sha256', hexOf(digest)), 'utf8');

const HOME: readonly Folder[] = [
  { path: 'home', mode: '755', owner: '0:0' },
  { path: 'home/node', mode: '750', owner: '1000:1000' },
  { path: 'srv/data', mode: '2775', owner: '5:6' },
  { path: 'tmp', mode: '1777', owner: '0:0' },
];

describe('folders of a base image', () => {
  it('keep their mode and owner as parents, as the destination and as a folder of the source', async () => {
    const base = await writeBase('base', [await packLayer('one', HOME)]);
    expect((await build(base, { to: '/home/node/app' })).facts).toEqual({
      'home/': 'drwxr-xr-x 0/0',
      'home/node/': 'drwxr-x--- 1000/1000',
      'home/node/app/': 'drwxr-xr-x 0/0',
      'home/node/app/sub/': 'drwxr-xr-x 0/0',
      'home/node/app/sub/main.js': '-rw-r--r-- 0/0',
    });
    expect((await build(base, { to: '/srv/data' })).facts).toMatchObject({ 'srv/data/': 'drwxrwsr-x 5/6' });
    await mkdir(join(root, 'dist/tree/srv/data'), { recursive: true });
    expect((await build(base, { from: join(root, 'dist/tree'), to: '/' })).facts).toMatchObject({ 'srv/data/': 'drwxrwsr-x 5/6' });
  });

  it('get the owner of the entry, and keep their mode', async () => {
    const base = await writeBase('base', [await packLayer('one', HOME)]);
    const { facts } = await build(base, { to: '/srv/data', owner: { uid: 7, gid: 8 } });
    expect(facts).toMatchObject({ 'srv/': 'drwxr-xr-x 0/0', 'srv/data/': 'drwxrwsr-x 7/8' });
  });

  it('are those of the highest layer, without what it removes', async () => {
    const changed = { path: 'home/node', mode: '700', owner: '1:2' };
    const base = await writeBase('base', [
      await packLayer('one', HOME),
      await packLayer('two', [changed, { path: 'srv/.wh.data', mode: '755', owner: '0:0' }]),
    ]);
    expect((await build(base, { to: '/home/node/a' })).facts).toMatchObject({ 'home/node/': 'drwx------ 1/2' });
    expect((await build(base, { to: '/srv/data' })).facts).toMatchObject({ 'srv/data/': 'drwxr-xr-x 0/0' });
  });

  it('must not replace a link of the base, which is reported with its target', async () => {
    const bin = await packLayer('one', [{ path: 'bin', mode: '755', owner: '0:0' }], { usual: 'usr/elsewhere' });
    const base = await writeBase('base', [bin]);
    expect((await build(base, { to: '/bin/' })).facts).toHaveProperty('bin/');
    await expect(build(base, { to: '/usual/x' })).rejects.toMatchObject({
      code: 'OPTIONS_INVALID',
      message: expect.stringContaining('/usual, which is a link to usr/elsewhere in the base image'),
    });
  });

  it('are reported as unknown if a layer cannot be read', async () => {
    const noise = createHash('shake256', { outputLength: 2048 }).update('x').digest();
    const broken = await writeBase('broken', [noise]);
    expect((await build(broken, { to: '/srv/data' })).warnings).toEqual([expect.stringContaining('it is not a tar archive')]);
    const gzip = await writeBase('gzip', [noise], MEDIA_TYPES.ociLayerGzip);
    expect((await build(gzip, { to: '/srv/data' })).warnings).toEqual([expect.stringContaining('could not be read')]);
    const encrypted = await writeBase('encrypted', [noise], `${MEDIA_TYPES.ociLayerGzip}+encrypted`);
    expect((await build(encrypted, { to: '/srv/data' })).warnings).toEqual([expect.stringContaining('+encrypted')]);
  });
});

/** A base with a shell; our layer writes into each of its folders, so that a wrong mode would replace the right one. */
async function buildOnBusybox(busybox: string): Promise<string> {
  await mkdir(join(root, 'tar/shell/bin'), { recursive: true });
  await copyFile(busybox, join(root, 'tar/shell/bin/busybox'));
  const archive = join(root, 'shell.tar');
  await run('tar', ['-cf', archive, '--owner=0', '--group=0', '--mode=755', '-C', join(root, 'tar/shell'), 'bin']);
  const base = await writeBase('base', [await readFile(archive), await packLayer('one', HOME)]);
  await build(base, { to: '/home/node/app' }, { to: '/srv/data/app' }, { to: '/tmp/app' });
  return imageFolder(root, 'api');
}

const ASK = ['/bin/busybox', 'stat', '-c', '%a %u:%g', '/home/node', '/srv/data', '/tmp', '/home/node/app/sub/main.js'];
const KEPT = '750 1000:1000\n2775 5:6\n1777 0:0\n644 0:0\n';

describeWith(['docker', 'skopeo', 'busybox'], 'folders of a base image in a container of Docker', (things) => {
  it('are the same as in the base', async () => {
    const { dockerHost } = things.server('docker');
    const folder = await buildOnBusybox(things.tool('busybox'));
    const name = `nx-oci-base-folders-${process.pid}:1`;
    await run(things.tool('skopeo'), ['copy', '-q', `oci:${folder}`, `docker-daemon:${name}`, '--dest-daemon-host', dockerHost]);
    const docker = (...args: readonly string[]) => run('docker', ['-H', dockerHost, ...args]);
    try {
      expect((await docker('run', '--rm', '--network', 'none', name, ...ASK)).stdout).toBe(KEPT);
    } finally {
      await docker('rmi', name);
    }
  });
});

describeWith(['podman', 'skopeo', 'busybox'], 'folders of a base image in a container of podman', (things) => {
  // With overlay, a layer without the parent folders of its files resets them; with vfs it does not.
  it.each(['overlay', 'vfs'])('are the same as in the base, in a store of %s', async (driver) => {
    const folder = await buildOnBusybox(things.tool('busybox'));
    const store = `[${driver}@${root}/${driver}+${root}/run-${driver}]`;
    await run(things.tool('skopeo'), ['copy', '-q', `oci:${folder}`, `containers-storage:${store}localhost/api:1`]);
    const place = ['--storage-driver', driver, '--root', join(root, driver), '--runroot', join(root, `run-${driver}`)];
    const limits = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024'];
    const { stdout } = await run(things.tool('podman'), [
      ...place,
      'run',
      '--rm',
      '--network',
      'none',
      ...limits,
      'localhost/api:1',
      ...ASK,
    ]);
    expect(stdout).toBe(KEPT);
    await run(things.tool('podman'), [...place, 'system', 'reset', '--force']).catch(() => undefined);
  });
});
