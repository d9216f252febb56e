import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, symlinkSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { describeWith } from '@nx-oci/model/testing';

import './support/long-timeout';
import { runOrFail } from './support/run';
import { makeWorkspace, nxEnvironment, type TestWorkspace } from './support/test-workspace';

const TIMEOUT_MS = 120_000;

describeWith(['docker', 'busybox'], 'an image that Nx runs', (things) => {
  let workspace: TestWorkspace;
  let port: number;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    workspace = await makeWorkspace();
    port = await freePort();
    env = { DOCKER_HOST: things.server('docker').dockerHost };
    mkdirSync(join(workspace.root, 'web/files/bin'), { recursive: true });
    copyFileSync(things.tool('busybox'), join(workspace.root, 'web/files/bin/busybox'));
    for (const name of ['sh', 'httpd']) symlinkSync('busybox', join(workspace.root, 'web/files/bin', name));
    workspace.write('web/files/page.txt', 'hello');
    const script = 'echo serving; trap "exit 0" TERM; httpd -f -p 8080 -h / & wait';
    const image = { engine: 'native', layers: [{ from: 'web/files', to: '/' }], env: { PATH: '/bin' }, cmd: ['sh', '-c', script] };
    const run = { ports: [`${port}:8080`], http: { port: 8080, path: '/page.txt' }, startSeconds: 60 };
    workspace.write('web/project.json', {
      name: 'web',
      targets: {
        image: { executor: 'nx-oci:build', options: image },
        'serve-image': { executor: 'nx-oci:run', continuous: true, dependsOn: ['image'], options: run },
      },
    });
    await workspace.commit('a server');
  });
  afterAll(() => workspace.remove());

  async function freePort(): Promise<number> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port: found } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    return found;
  }

  const answer = () =>
    fetch(`http://127.0.0.1:${port}/page.txt`).then(
      (response) => response.text(),
      () => undefined,
    );
  const containers = async () => {
    const list = ['ps', '--all', '--filter', `publish=${port}`, '--format', '{{.Names}}'];
    return (await runOrFail('docker', list, { cwd: workspace.root, env: { ...process.env, ...env } })).trim();
  };
  async function until(isTrue: () => Promise<boolean>, what: () => string): Promise<void> {
    const deadline = Date.now() + TIMEOUT_MS;
    while (!(await isTrue())) {
      if (Date.now() > deadline) throw new Error(`not within ${TIMEOUT_MS} ms: ${what()}`);
      await sleep(200);
    }
  }

  it.each(['SIGINT', 'SIGKILL'] as const)('answers, shows its output, and stops when Nx receives %s', async (signal) => {
    const nx = spawn(join(workspace.root, 'node_modules/.bin/nx'), ['run', 'web:serve-image', '--output-style=stream'], {
      cwd: workspace.root,
      env: { ...process.env, ...nxEnvironment(workspace.root), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [nx.stdout, nx.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    const ended = once(nx, 'exit');
    try {
      await until(
        async () => (await answer()) === 'hello',
        () => output,
      );
      await until(
        () => Promise.resolve(output.includes(`web runs with docker on http://127.0.0.1:${port}.`) && output.includes('serving')),
        () => output,
      );
    } finally {
      nx.kill(signal);
      await ended;
    }
    await until(
      async () => (await containers()) === '',
      () => `container left\n${output}`,
    );
    expect(await answer()).toBeUndefined();
  });
});
