import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { hexOf, parsePlatform, type Digest } from '@nx-oci/model';

import type { DeclaredOutput } from '../names/declared-output';
import { imageFolder } from '../image/image-record';
import { createNativeEngine } from '../native/native-engine';
import type { NativeSource } from '../options/native-options';

let root: string;
const git = (...args: readonly string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: root, stdio: 'pipe' });

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'nx-oci-ignored-'));
  await write({
    '.gitignore': 'dist\nnode_modules\n.env\n.npmrc\ngha-creds-*.json\n',
    'apps/api/main.js': '1',
    'apps/api/deep/.env': 'A=1',
    'apps/api/.env': 'A=1',
    'apps/api/.npmrc': '//registry.example.com/:_authToken=secret',
    'apps/api/gha-creds-0a1b.json': '{}',
    'apps/api/node_modules/a/index.js': '2',
    'dist/apps/api/main.js': '3',
    'dist/apps/api/node_modules/a/index.js': '4',
  });
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'first');
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Names in the one layer, and the warnings. */
async function build(source: Partial<Omit<NativeSource, 'from'>> & { readonly from: string }, outputs: readonly DeclaredOutput[] = []) {
  const folder = imageFolder(root, 'api');
  const engine = createNativeEngine({ openRepository: () => Promise.reject(new Error('unused')), layerCache: join(root, 'dist/cache') });
  const sources = [{ to: '/', ...source, from: join(root, source.from) }];
  const { warnings } = await engine.build(
    {
      base: { kind: 'scratch' },
      platforms: [{ platform: parsePlatform('linux/amd64'), layers: [{ name: '/', sources }] }],
      config: {},
      labels: {},
      annotations: {},
    },
    { project: 'api', workspaceRoot: root, folder, print: () => undefined, outputs },
  );
  const read = async (digest: Digest) => JSON.parse(await readFile(join(folder, 'blobs/sha256', hexOf(digest)), 'utf8')) as unknown;
  const { manifests } = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as { manifests: { digest: Digest }[] };
  const { layers } = (await read(manifests[0]!.digest)) as { layers: { digest: Digest }[] };
  const list = execFileSync('tar', ['-tzf', join(folder, 'blobs/sha256', hexOf(layers[0]!.digest))]).toString();
  return {
    files: list
      .trim()
      .split('\n')
      .filter((name) => !name.endsWith('/')),
    warnings,
  };
}

describe('a file that git ignores in a layer source', () => {
  it('is left out of a tracked folder, with a message', async () => {
    const { files, warnings } = await build({ from: 'apps/api' });
    expect(files).toEqual(['main.js']);
    expect(warnings).toEqual([
      'Left out of apps/api, because git ignores it: .env, .npmrc, deep/, gha-creds-0a1b.json, node_modules/. To include it, set "ignored": "include" there.',
    ]);
  });

  it('is included with `ignored: include`, and credentials are reported', async () => {
    const { files, warnings } = await build({ from: 'apps/api', ignored: 'include' });
    expect(files).toHaveLength(6);
    expect(warnings).toEqual([expect.stringContaining('/.env, /.npmrc, /deep/.env, /gha-creds-0a1b.json')]);
  });

  it('is included from a completely ignored folder, even if its modules are ignored by name', async () => {
    expect((await build({ from: 'dist/apps/api' })).files).toEqual(['main.js', 'node_modules/a/index.js']);
    expect((await build({ from: 'dist/apps/api/node_modules' })).files).toEqual(['a/index.js']);
    await write({ 'made/node_modules/a.js': '' });
    expect((await build({ from: 'made' })).files).toEqual(['node_modules/a.js']);
  });

  it('is included if an include names it, but not if one merely matches it', async () => {
    expect((await build({ from: 'apps/api', include: ['node_modules/**', 'main.js'] })).files).toEqual([
      'main.js',
      'node_modules/a/index.js',
    ]);
    expect((await build({ from: 'apps/api', include: ['**/*.js', '.env'] })).files).toEqual(['.env', 'main.js']);
  });

  it('may be a repository itself, anywhere in the source, which git does not list', async () => {
    await write({ 'apps/api/vendor/.git': 'gitdir: ../x', 'apps/api/vendor/a.js': '1' });
    git('config', 'http.extraheader', 'AUTHORIZATION: basic c2VjcmV0');
    const { files, warnings } = await build({ from: '.' });
    expect(files.filter((name) => name.includes('.git'))).toEqual(['.gitignore']);
    expect(warnings).toEqual([expect.stringContaining('.git/')]);
    expect((await build({ from: '.', ignored: 'include' })).files).toContain('.git/config');
  });

  it('may also be excluded by a pattern', async () => {
    expect((await build({ from: 'apps/api', exclude: ['.env', 'node_modules/**/*.js'] })).files).toEqual(['main.js']);
  });

  it('causes a question if a task before the image writes it', async () => {
    await write({ 'apps/api/dist/main.js': '' });
    const outputs = [{ task: 'api:build', path: 'apps/api/dist' }];
    await expect(build({ from: 'apps/api' }, outputs)).rejects.toMatchObject({
      code: 'OPTIONS_INVALID',
      message: expect.stringContaining('git ignores apps/api/dist in the layer source apps/api, but api:build writes it'),
      hint: expect.stringContaining('"ignored": "include"'),
    });
    expect((await build({ from: 'apps/api', ignored: 'exclude' }, outputs)).files).toEqual(['main.js']);
    expect((await build({ from: 'apps/api', include: ['dist'] }, outputs)).files).toEqual(['dist/main.js']);
    expect((await build({ from: 'apps/api/dist' }, outputs)).files).toEqual(['main.js']);
  });

  it('is determined by git: force-added files are tracked, and without a repository nothing is ignored', async () => {
    git('add', '-f', 'apps/api/.env');
    expect((await build({ from: 'apps/api' })).files).toEqual(['.env', 'main.js']);
    await rm(join(root, '.git'), { recursive: true });
    expect((await build({ from: 'apps/api' })).files).toHaveLength(6);
  });
});

describe('a file that a .dockerignore ignores in a layer source', () => {
  it('is left out for a .dockerignore in any parent folder, and exceptions apply', async () => {
    await write({
      'apps/api/docs/a.md': '',
      'apps/api/docs/b.md': '',
      'apps/api/.dockerignore': '# docs\ndocs\n!docs/b.md\n',
      '.dockerignore': '**/main.js\n',
    });
    git('add', '-A');
    const { files, warnings } = await build({ from: 'apps/api' });
    expect(files).toEqual(['.dockerignore', 'docs/b.md']);
    expect(warnings).toContainEqual(
      'Left out of apps/api, because apps/api/.dockerignore ignores it: docs/a.md. To include it, set "ignored": "include" there.',
    );
    expect(warnings).toContainEqual(expect.stringContaining('because .dockerignore ignores it: main.js'));
  });

  it('is included if the whole source is ignored', async () => {
    await write({ '.dockerignore': '*\n!dist\n' });
    expect((await build({ from: 'apps/api' })).files).toEqual(['main.js']);
  });
});

describe('files that look like credentials', () => {
  it('are reported by name or content, even in build output', async () => {
    const key = '-----BEGIN OPENSSH PRIVATE KEY-----\n';
    await write({
      'dist/out/.env.production': 'A=1',
      'dist/out/.env.example': 'A=',
      'dist/out/.npmrc': 'registry=https://registry.example.com',
      'dist/out/id_rsa': key,
      'dist/out/tls.pem': key,
      'dist/out/ca.pem': '-----BEGIN CERTIFICATE-----',
      'dist/out/.aws/credentials': '[default]',
    });
    const { warnings } = await build({ from: 'dist/out' });
    expect(warnings).toEqual([expect.stringContaining(': /.aws/credentials, /.env.production, /id_rsa, /tls.pem. If they are')]);
  });
});
