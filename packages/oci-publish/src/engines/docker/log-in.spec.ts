import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';

import { type DockerContext } from './docker-call';
import { logIn, withConfig } from './log-in';

const LOGIN = { username: 'alice', password: 'CANARY-s3cret' };

// The stand-in for docker is a shell script. What docker itself makes of a login is told by `docker-engine.spec.ts`.
const describeOnPosix = process.platform === 'win32' ? describe.skip : describe;

describeOnPosix('a login for Docker Engine', () => {
  let root: string;
  let context: DockerContext;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'nx-oci-log-in-spec-'));
    await mkdir(join(root, 'bin'));
    const env = { PATH: `${join(root, 'bin')}:${process.env['PATH'] ?? ''}`, HOME: root, DOCKER_AUTH_CONFIG: '{"auths":{}}' };
    context = { env, workspaceRoot: root };
  });

  afterEach(() => rm(root, { recursive: true, force: true }));

  /** Puts a `docker` on the PATH that notes how it was called, its arguments last and whole, and then goes on with `script`. */
  async function installDocker(script: string): Promise<void> {
    const notes = [
      `cat > ${root}/input`,
      `env > ${root}/environment`,
      `printf '%s\\n' "$*" > ${root}/arguments.new && mv ${root}/arguments.new ${root}/arguments`,
    ];
    await writeFile(join(root, 'bin/docker'), ['#!/bin/sh', ...notes, script, ''].join('\n'));
    await chmod(join(root, 'bin/docker'), 0o755);
  }

  const noted = (what: 'arguments' | 'input' | 'environment'): Promise<string> => readFile(join(root, what), 'utf8');
  const foldersLeft = async (): Promise<readonly string[]> =>
    (await readdir(tmpdir())).filter(
      (name) => name.startsWith('nx-oci-docker-') && existsSync(join(tmpdir(), name, `of-${root.slice(-6)}`)),
    );

  it('tells the password over stdin, and nowhere else', async () => {
    await installDocker('exit 0');
    const config = await logIn(context, 'registry.example.com', LOGIN);
    expect(await noted('arguments')).toBe('login --username=alice --password-stdin registry.example.com\n');
    expect(await noted('input')).toBe(LOGIN.password);
    expect(await noted('environment')).not.toContain(LOGIN.password);
    await config.remove();
  });

  it('is kept in a folder of its own, and no other login reaches the command', async () => {
    await installDocker('exit 0');
    const config = await logIn(context, 'registry.example.com', LOGIN);
    expect(await noted('environment')).toContain(`DOCKER_CONFIG=${config.folder}\n`);
    expect(await noted('environment')).not.toContain('DOCKER_AUTH_CONFIG');
    expect(withConfig(context.env, config)).not.toHaveProperty('DOCKER_AUTH_CONFIG');
    await config.remove();
    expect(existsSync(config.folder)).toBe(false);
  });

  it.each([
    { what: 'is refused', script: 'echo unauthorized >&2; exit 1', code: 'UNAUTHORIZED' },
    { what: 'ends in the middle', script: 'kill -9 $$', code: 'ENGINE_FAILED' },
  ])('that $what leaves no folder behind, and no word of the password', async ({ script, code }) => {
    await installDocker(`touch "$DOCKER_CONFIG/of-${root.slice(-6)}"\n${script}`);
    const failure: unknown = await logIn(context, 'registry.example.com', LOGIN).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code });
    expect(inspect(failure)).not.toContain(LOGIN.password);
    expect(await foldersLeft()).toEqual([]);
  });

  it('is taken away when the process is told to end, while docker pushes', async () => {
    await installDocker('[ "$1" = login ] || { echo pushing; exec sleep 60; }');
    const request = { imageId: `sha256:${'0'.repeat(64)}`, target: { registry: 'registry.example.com', repository: 'a', tag: '1' } };
    const script = `
      const { createDockerEngine } = require(${JSON.stringify(join(__dirname, 'docker-engine.ts'))});
      const engine = createDockerEngine(${JSON.stringify(context)});
      engine.push(${JSON.stringify(request)}, ${JSON.stringify(LOGIN)}).catch(() => undefined);
    `;
    const child = spawn(process.execPath, ['--require', '@swc-node/register', '--eval', script], {
      cwd: join(__dirname, '../../../../..'),
      env: { ...process.env, SWC_NODE_PROJECT: 'tsconfig.base.json' },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const ended = once(child, 'close');
    while (!(await noted('arguments').catch(() => '')).startsWith('image')) await sleep(20);
    const folder = /^DOCKER_CONFIG=(.+)$/m.exec(await noted('environment'))?.[1] ?? '';
    expect(existsSync(join(folder, 'config.json'))).toBe(true);
    child.kill('SIGTERM');
    expect(await ended).toEqual([null, 'SIGTERM']);
    expect(existsSync(folder)).toBe(false);
  });
});
