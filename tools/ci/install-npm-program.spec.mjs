/* global describe, it, expect, beforeEach, afterEach */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { installNpmProgram } from './install-npm-program.mjs';

const HERE = `${process.platform}-${process.arch}`;
const digestOf = (bytes) => `sha512-${createHash('sha512').update(bytes).digest('base64')}`;

describe('a program of npm', () => {
  let scratch;
  let server;
  let archive;
  let before;
  const programs = () => join(scratch, 'programs');
  const installed = () => readdirSync(programs()).sort();
  const toolOf = ({ integrity = digestOf(archive), platform } = {}) => {
    const source = { package: 'greeter', integrity, file: 'bin/greet.js', ...(platform === undefined ? {} : { platform }) };
    return { name: 'greeter-1', version: '1.0.0', program: 'greet', required: true, npm: [source] };
  };

  beforeEach(async () => {
    scratch = realpathSync(mkdtempSync(join(tmpdir(), 'npm-program-')));
    archive = pack(scratch);
    server = createServer((request, response) => {
      const dist = { tarball: `http://127.0.0.1:${server.address().port}/greeter.tgz`, integrity: digestOf(archive) };
      const page = { name: 'greeter', versions: { '1.0.0': { name: 'greeter', version: '1.0.0', dist } } };
      response.end(request.url === '/greeter.tgz' ? archive : JSON.stringify(page));
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    before = { ...process.env };
    const registry = `http://127.0.0.1:${server.address().port}/`;
    Object.assign(process.env, {
      NX_OCI_REAL_THINGS: programs(),
      npm_config_registry: registry,
      npm_config_cache: join(scratch, 'cache'),
      npm_config_fetch_retries: '0',
    });
  });
  afterEach(async () => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(scratch, { recursive: true, force: true });
  });

  it('is installed under its name, with its version in that of the folder, and none of its scripts runs', async () => {
    expect(await installNpmProgram(toolOf())).toBeUndefined();
    expect(installed()).toEqual(['greeter-1-1.0.0']);
    expect(execFileSync(join(programs(), 'greeter-1-1.0.0/greet'), { encoding: 'utf8' })).toBe('hello\n');
    expect(readdirSync(join(programs(), 'greeter-1-1.0.0/node_modules/greeter'))).not.toContain('ran');
  });

  it('is refused where its archive has another digest than is written down', async () => {
    expect(await installNpmProgram(toolOf({ integrity: digestOf('another archive') }))).toMatch(/integrity/i);
    expect(installed()).toEqual([]);
  });

  it('is installed for this platform, and refused by name where there is none for it', async () => {
    expect(await installNpmProgram(toolOf({ platform: HERE }))).toBeUndefined();
    expect(await installNpmProgram({ ...toolOf({ platform: 'plan9-mips' }), name: 'other' })).toBe(
      `there is none for ${HERE}: only for plan9-mips`,
    );
    expect(installed()).toEqual(['greeter-1-1.0.0']);
  });
});

function pack(scratch) {
  const folder = join(scratch, 'package');
  mkdirSync(join(folder, 'bin'), { recursive: true });
  const scripts = { postinstall: 'touch ran' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'greeter', version: '1.0.0', scripts }));
  writeFileSync(join(folder, 'bin/greet.js'), "#!/usr/bin/env node\nconsole.log('hello');\n");
  execFileSync('tar', ['-czf', 'greeter.tgz', 'package'], { cwd: scratch });
  return readFileSync(join(scratch, 'greeter.tgz'));
}
