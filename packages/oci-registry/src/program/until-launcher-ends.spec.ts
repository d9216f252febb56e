import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { untilLauncherEnds } from './until-launcher-ends';

const MAIN = join(__dirname, '../main.ts');
const PROJECT = join(__dirname, '../../../../tsconfig.base.json');
const REGISTER = require.resolve('@swc-node/register');

describe('oci-registry, started by npx', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'oci-registry-npx-'));
    writeFileSync(join(folder, 'package.json'), '{"name":"workspace","version":"1.0.0"}');
    mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
    const program = `#!/usr/bin/env node\nrequire(${JSON.stringify(REGISTER)});\nrequire(${JSON.stringify(MAIN)});\n`;
    writeFileSync(join(folder, 'node_modules/.bin/oci-registry'), program, { mode: 0o755 });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  // npm ends at SIGTERM without passing it on to what it started.
  it('ends with npx at SIGTERM, and frees its port', async () => {
    const npx = spawn('npx', ['oci-registry', '--port', '0'], {
      cwd: folder,
      env: { ...process.env, SWC_NODE_PROJECT: PROJECT, npm_config_update_notifier: 'false' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    npx.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    while (!/listens on \S+\n/.test(printed)) await once(npx.stdout, 'data');
    const url = /listens on (\S+)/.exec(printed)?.[1] ?? '';
    expect((await fetch(`${url}/v2/`)).status).toBe(200);
    npx.kill('SIGTERM');
    // The program holds the other end of the pipe until it ends.
    await once(npx, 'close');
    await expect(fetch(`${url}/v2/`)).rejects.toThrow();
  });
});

describe('oci-registry, started by a shell', () => {
  it.each([
    ['a shell', {}],
    ['a program of npx', { npm_command: 'exec', npm_lifecycle_script: 'nx' }],
  ])('stays when %s ends', async (_what, env) => {
    let checks = 0;
    const ended = untilLauncherEnds(env, () => checks++).then(() => 'ended');
    expect(await Promise.race([ended, Promise.resolve('stays')])).toBe('stays');
    expect(checks).toBe(0);
  });
});
