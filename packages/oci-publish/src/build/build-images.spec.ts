import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startRegistry } from '@nx-oci/registry';

import { imageFolder, readImageRecord } from '../engines/image/image-record';
import { createImageBuilder, type ImageBuilder } from './build-images';

describe('an image builder', () => {
  let root: string;
  let builder: ImageBuilder;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'nx-oci-builder-'));
    await mkdir(join(root, 'dist'), { recursive: true });
    await writeFile(join(root, 'dist/main.js'), 'console.log(1)');
    builder = createImageBuilder({ workspaceRoot: root, env: { PATH: process.env.PATH, HOME: root } });
  });
  afterEach(async () => {
    await builder.close();
    await rm(root, { recursive: true });
  });

  const build = (options: object) =>
    builder.build({
      project: 'api',
      projectRoot: root,
      options: { layers: [{ from: 'dist', to: '/app' }], ...options },
      print: () => undefined,
    });

  it('describes the image in three lines', async () => {
    const text = await build({ platform: 'linux/amd64' });
    expect(text).toMatch(
      /^api {2}sha256:[a-f0-9]{12} {2}linux\/amd64, engine native\n {2}1 layer, \d+ B: 1 new \(\d+ B\)\n {2}→ dist.images.api; publish adds the commit, which changes the digest$/,
    );
    await expect(readImageRecord(imageFolder(root, 'api'))).resolves.toMatchObject({ project: 'api' });
    expect(await build({ platform: 'linux/amd64' })).toContain('1 reused');
  });

  it.each([
    ['some files of the workspace', { from: '.', to: '/app', include: ['package.json'] }],
    ['a folder below the workspace', { from: '.', to: '/app', exclude: ['dist/main.js'] }],
    ['all but the output folder', { from: '.', to: '/app', exclude: ['dist'] }],
  ])('builds no image with %s', async (_what, layer) => {
    await writeFile(join(root, 'package.json'), '{}');
    const first = await build({ layers: [layer] });
    expect(first).toMatch(/engine native/);
    const again = await createImageBuilder({ workspaceRoot: root, env: {} }).build({
      project: 'api',
      projectRoot: root,
      options: { layers: [layer] },
      print: () => undefined,
    });
    expect(again.split('\n')[0]).toBe(first.split('\n')[0]);
  });

  it('logs in to the registry of a base with the settings of registries.yaml', async () => {
    const registry = await startRegistry({ login: { username: 'me', password: 'secret' } });
    const entry = `registries:\n  own:\n    host: ${registry.host}\n    auth: { username: me, password: "\${PASSWORD}" }\n  other:\n    host: other.test\n    namespace: "\${UNSET}"\n`;
    await writeFile(join(root, 'registries.yaml'), entry);
    const knowing = createImageBuilder({ workspaceRoot: root, env: { HOME: root, PASSWORD: 'secret' } });
    const options = { layers: [{ from: 'dist', to: '/app' }], base: `${registry.host}/base:1` };
    const failure = knowing.build({ project: 'api', projectRoot: root, options, print: () => undefined });
    // Not UNAUTHORIZED: the login worked, but the image does not exist.
    await expect(failure).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await knowing.close();
    await registry.close();
  });

  it('can be closed after a base could not be read', async () => {
    await writeFile(join(root, 'registries.yaml'), 'registries: [');
    await expect(build({ base: 'localhost:1/base:1' })).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' });
    await expect(builder.close()).resolves.toBeUndefined();
  });

  it('reports an invalid registry of a base', async () => {
    const stranger = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const { port } = stranger.address() as AddressInfo;
    await expect(build({ base: `127.0.0.1:${port}/base:1` })).rejects.toMatchObject({ name: 'OciError' });
    stranger.closeAllConnections();
    stranger.close();
  });
});
