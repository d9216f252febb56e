import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { startRegistry, type RunningRegistry } from '@nx-oci/registry';
import { build } from 'esbuild';

const run = promisify(execFile);
const PACKAGE = join(__dirname, '../..');

interface Manifest {
  readonly layers: readonly { readonly digest: string }[];
}

describe('the program in the README', () => {
  let folder: string;
  let registry: RunningRegistry;

  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  // Without a PATH there is no git, and no Docker.
  const runProgram = () =>
    run(process.execPath, ['publish.mjs'], { cwd: folder, env: { PATH: '', HOME: folder, REGISTRY: registry.host } });
  const manifestOf = async (image: string, tag: string): Promise<Response> =>
    fetch(`http://${registry.host}/v2/shop/${image}/manifests/${tag}`);

  beforeAll(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'nx-oci-program-')));
    const installed = 'node_modules/@nx-oci/publish';
    mkdirSync(join(folder, installed), { recursive: true });
    copyFileSync(join(PACKAGE, 'package.json'), join(folder, installed, 'package.json'));
    await build({
      entryPoints: [join(PACKAGE, 'src/index.ts')],
      outfile: join(folder, installed, 'dist/index.js'),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      logLevel: 'error',
    });
    const [, program = ''] = /```js\n([^]*?)```/.exec(readFileSync(join(PACKAGE, 'README.md'), 'utf8')) ?? [];
    write('publish.mjs', program);
    write('api/run', '#!/bin/sh\necho api\n');
    write('web/index.html', '<h1>web</h1>\n');
    registry = await startRegistry({ port: 0 });
  });

  afterAll(async () => {
    await registry.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('publishes two images without Nx, git or Docker, from a folder outside of any repository, and prints their digests', async () => {
    const { stdout } = await runProgram();
    for (const image of ['api', 'web']) {
      const [fixed, latest] = await Promise.all([manifestOf(image, 'v1.4.0'), manifestOf(image, 'latest')]);
      const digest = fixed.headers.get('docker-content-digest');
      expect([fixed.status, latest.headers.get('docker-content-digest')]).toEqual([200, digest]);
      expect(stdout).toContain(`${image} published ${digest ?? ''}\n`);
      const { layers } = (await fixed.json()) as Manifest;
      const blob = await fetch(`http://${registry.host}/v2/shop/${image}/blobs/${layers[0]?.digest ?? ''}`);
      expect([layers.length, blob.status]).toEqual([1, 200]);
    }
  });
});
