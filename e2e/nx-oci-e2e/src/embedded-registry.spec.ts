import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describeWith } from '@nx-oci/model/testing';

import { run, runOrFail } from './support/run';
import { WORKSPACE_ROOT } from './support/workspace-root';

const PROGRAM = join(WORKSPACE_ROOT, 'packages/oci-registry/dist/main.js');
const LOGIN = { name: 'robot', password: 'correct-horse' };

describeWith(['docker', 'skopeo', 'crane', 'podman'], 'the program oci-registry, used by third-party clients', (things) => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nx-oci-registry-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function start(port: string, user?: string) {
    const child = spawn(process.execPath, [PROGRAM, '--port', port, '--folder', join(folder, 'data')], {
      env: { ...process.env, OCI_REGISTRY_USER: user },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const host = /http:\/\/(\S+)/.exec(line.toString())?.[1] ?? '';
    const stop = async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
    };
    return { host, stop };
  }

  const tool = (name: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    runOrFail(things.tool(name), args, { cwd: folder, env: { DOCKER_CONFIG: join(folder, 'docker'), ...env } });

  const docker = (...args: string[]) =>
    runOrFail('docker', args, {
      cwd: folder,
      env: { DOCKER_HOST: things.server('docker').dockerHost, DOCKER_CONFIG: join(folder, 'docker') },
    });

  async function logIn(host: string) {
    mkdirSync(join(folder, 'docker'), { recursive: true });
    const auth = Buffer.from(`${LOGIN.name}:${LOGIN.password}`).toString('base64');
    writeFileSync(join(folder, 'docker/config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
    return Promise.resolve();
  }

  it.each([
    ['without a login', undefined],
    ['with a login', `${LOGIN.name}:${LOGIN.password}`],
  ])('stores an image and serves the same one to each client, also after a restart, %s', async (_how, user) => {
    const first = await start('0', user);
    const { host } = first;
    await logIn(host);
    writeFileSync(join(folder, 'hello.txt'), 'hello');
    await runOrFail('tar', ['-cf', 'layer.tar', 'hello.txt'], { cwd: folder });
    await tool('crane', ['append', '--insecure', '--new_layer', 'layer.tar', '--new_tag', `${host}/demo/hello:1`]);
    const digest = (await tool('crane', ['digest', '--insecure', `${host}/demo/hello:1`])).trim();
    await first.stop();

    const second = await start(host.split(':')[1] ?? '', user);
    try {
      expect((await tool('crane', ['ls', '--insecure', `${host}/demo/hello`])).trim()).toBe('1');
      expect(JSON.parse(await tool('skopeo', ['inspect', '--tls-verify=false', `docker://${host}/demo/hello:1`]))).toMatchObject({
        Digest: digest,
      });
      await tool('skopeo', [
        'copy',
        '--src-tls-verify=false',
        '--dest-tls-verify=false',
        `docker://${host}/demo/hello:1`,
        `docker://${host}/other/hello:2`,
      ]);
      const authFile = join(folder, 'docker/config.json');
      const storage = ['--root', join(folder, 'podman'), '--runroot', join(folder, 'podman-run'), '--storage-driver', 'vfs'];
      await tool('podman', [...storage, 'pull', '--tls-verify=false', '--authfile', authFile, `${host}/other/hello:2`]);
      expect(await tool('podman', [...storage, 'images', '--digests'])).toContain(digest);
      await docker('pull', `${host}/demo/hello@${digest}`);
      await docker('tag', `${host}/demo/hello@${digest}`, `${host}/from-docker:3`);
      await docker('push', `${host}/from-docker:3`);
      expect((await tool('crane', ['ls', '--insecure', `${host}/from-docker`])).trim()).toBe('3');
      await tool('crane', ['delete', '--insecure', `${host}/demo/hello:1`]);
      expect((await run(things.tool('crane'), ['digest', '--insecure', `${host}/demo/hello:1`], { cwd: folder })).code).not.toBe(0);
    } finally {
      await docker('image', 'rm', `${host}/from-docker:3`, `${host}/demo/hello@${digest}`);
      await second.stop();
    }
  });
});
