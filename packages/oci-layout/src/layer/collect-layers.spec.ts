import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { isOciError, type OciError } from '@nx-oci/model';
import { toFailWithCode } from '@nx-oci/model/testing';

import { collectLayers } from './collect-layers';
import { keepBaseFolders } from './keep-base-folders';
import type { LayerEntry } from './layer-entry';
import type { LayerSource } from './layer-source';

expect.extend({ toFailWithCode });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nx-oci-collect-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(path: string, content = 'content', mode = 0o644): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
  await chmod(join(folder, path), mode);
}

async function collect(...sources: readonly Partial<LayerSource>[]): Promise<readonly LayerEntry[]> {
  const layers = await collectLayers([sources.map((source) => ({ from: folder, to: '/app', ...source }))]);
  return layers[0]!;
}

const pathsOf = (entries: readonly LayerEntry[]) => entries.map(({ path }) => path);

describe('collectLayers', () => {
  it('lists files and folders by the bytes of their paths, parents first and named, empty folders too', async () => {
    for (const path of ['b/z', 'b-1', 'b/Ä', 'b/A', 'b.txt', '😀', '\uffee']) await write(path);
    await mkdir(join(folder, 'empty'));
    const entries = await collect({ to: '/srv/app' });
    const below = ['b', 'b-1', 'b.txt', 'b/A', 'b/z', 'b/Ä', 'empty', '\uffee', '😀'];
    expect(pathsOf(entries)).toEqual(['srv', 'srv/app', ...below.map((path) => `srv/app/${path}`)]);
  });

  it('uses only the x bit of the file system', async () => {
    await write('tool', '', 0o700);
    await write('secret', '', 0o600);
    const modes = (await collect({ to: '/' })).map(({ path, mode, uid, gid }) => [path, mode, uid, gid]);
    expect(modes).toEqual([
      ['secret', 0o644, 0, 0],
      ['tool', 0o755, 0, 0],
    ]);
  });

  it('gives files the requested owner and mode, and leaves parent folders to root', async () => {
    await write('main.js');
    const entries = await collect({ to: '/home/node/app', owner: { uid: 1000, gid: 1001 }, mode: 0o400 });
    expect(entries.map(({ path, uid, gid, mode }) => [path, uid, gid, mode])).toEqual([
      ['home', 0, 0, 0o755],
      ['home/node', 0, 0, 0o755],
      ['home/node/app', 1000, 1001, 0o755],
      ['home/node/app/main.js', 1000, 1001, 0o400],
    ]);
  });

  it('gives a parent folder the mode and owner from another layer', async () => {
    await write('home/a');
    await write('app/b');
    const owner = { uid: 1000, gid: 1000 };
    const sources = [
      { from: join(folder, 'home'), to: '/home/node', owner },
      { from: join(folder, 'app'), to: '/home/node/app' },
    ];
    const [, second] = await collectLayers([[sources[0]!], [sources[1]!]]);
    expect(second!.map(({ path, uid }) => [path, uid])).toContainEqual(['home/node', 1000]);
  });

  it('puts a single file at its path, or into a folder when the path ends in a slash', async () => {
    await write('main.js');
    const from = join(folder, 'main.js');
    expect(pathsOf(await collect({ from, to: '/app/start.js' }))).toEqual(['app', 'app/start.js']);
    expect(pathsOf(await collect({ from, to: '/app/' }))).toEqual(['app', 'app/main.js']);
  });

  it('packs what is included and not excluded, with its parent folders', async () => {
    for (const path of ['dist/a.js', 'dist/a.js.map', 'dist/deep/b.js', 'README.md', 'dist/none/c.txt']) await write(path);
    expect(pathsOf(await collect({ include: ['**/*.js'], exclude: ['dist/deep'] }))).toEqual(['app', 'app/dist', 'app/dist/a.js']);
    expect(pathsOf(await collect({ exclude: ['dist', 'dist/**/*.txt'] }))).toEqual(['app', 'app/README.md']);
  });

  it('refuses patterns that match nothing, naming each', async () => {
    await write('a.js');
    const collecting = collect({ include: ['*.js', '*.css'], exclude: ['**/*.map'] });
    await expect(collecting).toFailWithCode('LAYER_SOURCE_INVALID', /"\*\.css" matches nothing[\s\S]*"\*\*\/\*\.map" matches nothing/);
  });

  it('reports all missing sources of all layers at once, with a hint', async () => {
    const missing = (name: string) => ({ from: join(folder, name), to: `/${name}` });
    const failure = await collectLayers([[missing('one'), missing('two')], [missing('three')]]).catch((error: unknown) => error);
    expect(isOciError(failure, 'LAYER_SOURCE_MISSING')).toBe(true);
    expect((failure as OciError).message).toMatch(/one \(for \/one\)[\s\S]*two \(for \/two\)[\s\S]*three \(for \/three\)/);
    expect((failure as OciError).hint).toMatch(/^Create these files first/);
  });

  it('keeps links inside the source, even dangling ones, and refuses those that leave it', async () => {
    await write('lib/a.so.1');
    await symlink('a.so.1', join(folder, 'lib/a.so'));
    await symlink(join(folder, 'lib'), join(folder, 'absolute'));
    await symlink('nowhere', join(folder, 'dangling'));
    const links = (await collect({ to: '/' })).flatMap((entry) => (entry.kind === 'link' ? [[entry.path, entry.target]] : []));
    expect(links).toEqual([
      ['absolute', 'lib'],
      ['dangling', 'nowhere'],
      ['lib/a.so', 'a.so.1'],
    ]);
    await symlink('../outside', join(folder, 'leaves'));
    await expect(collect({})).toFailWithCode('LAYER_SOURCE_INVALID', /leaves points at \.\.\/outside/);
    await expect(collect({ exclude: ['leaves'] })).resolves.toHaveLength(6);
  });

  it('follows a source that is itself a link', async () => {
    await write('real/a');
    await symlink('real', join(folder, 'linked'));
    expect(pathsOf(await collect({ from: join(folder, 'linked') }))).toEqual(['app', 'app/a']);
  });

  it.each(['.wh.config.json', '.wh..wh..opq', 'deep/.wh.folder/file'])(
    'refuses %s, which engines would treat as a whiteout, unless it is excluded',
    async (name) => {
      await write(name);
      await write('config.json');
      await expect(collect({})).toFailWithCode('LAYER_SOURCE_INVALID', /\/app\/(?:deep\/)?\.wh\.\S+ cannot be in a layer/);
      await expect(collect({ include: ['**/.wh.*'] })).toFailWithCode('LAYER_SOURCE_INVALID', /cannot be in a layer/);
      expect(pathsOf(await collect({ exclude: ['**/.wh.*'] }))).toContain('app/config.json');
    },
  );

  it('refuses a destination with a reserved name', async () => {
    await write('a');
    await expect(collect({ to: '/app/.wh.b' })).toFailWithCode('LAYER_SOURCE_INVALID', /\/app\/\.wh\.b cannot be in a layer/);
  });

  it('reports files whose names are not UTF-8', async () => {
    await write('replaced\ufffd');
    const raw = Buffer.concat([Buffer.from(join(folder, 'caf')), Buffer.from([0xe9])]);
    await writeFile(raw, '');
    await expect(collect({})).toFailWithCode('LAYER_SOURCE_INVALID', /contains a file whose name is not UTF-8: "café"/);
    await rm(raw);
    expect(pathsOf(await collect({}))).toEqual(['app', 'app/replaced\ufffd']);
  });

  it('refuses sockets', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(folder, 'socket'), resolve));
    try {
      await expect(collect({})).toFailWithCode('LAYER_SOURCE_INVALID', /neither a file, a folder nor a symbolic link/);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('uses the later of two sources, and refuses a file in place of a folder', async () => {
    await write('one/a', '1');
    await write('two/a', '22');
    await write('three/a/b');
    const [one, two, three] = ['one', 'two', 'three'].map((name) => ({ from: join(folder, name) }));
    expect(await collect(one!, two!)).toContainEqual(expect.objectContaining({ path: 'app/a', size: 2 }));
    await expect(collect(one!, three!)).toFailWithCode('OPTIONS_INVALID', /\/app\/a is a folder in one layer source and a file in another/);
  });

  it('refuses folders that would replace a link of a lower layer or of the base image', async () => {
    await write('tool');
    const tool = { from: join(folder, 'tool'), to: '/bin/tool' };
    const [entries] = await collectLayers([[tool]]);
    const keep = () => Promise.resolve().then(() => keepBaseFolders(entries!, { kind: 'unknown', reason: '' }));
    await expect(keep()).toFailWithCode('OPTIONS_INVALID', /contains the folder \/bin/);
    await mkdir(join(folder, 'root'));
    await symlink('usr/bin', join(folder, 'root/bin'));
    const root = { from: join(folder, 'root'), to: '/' };
    await expect(collectLayers([[root], [tool]])).toFailWithCode(
      'OPTIONS_INVALID',
      /\/bin is a folder in one layer source and a file in another/,
    );
  });

  it.each([
    [{ to: 'app' }, /"to" is "app"/],
    [{ to: '/app/../etc' }, /"to"/],
    [{ from: 'dist' }, /"from" is "dist"/],
    [{ mode: 0o10000 }, /"mode"/],
    [{ owner: { uid: -1, gid: 0 } }, /"owner"/],
  ])('refuses invalid sources: %j', async (source, message) => {
    await expect(collect(source)).toFailWithCode('OPTIONS_INVALID', message);
  });
});
