import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

import { describeWith } from '@nx-oci/model/testing';

import { openDocker } from './support/docker-client';
import { fetchPatiently } from './support/fetch-patiently';
import './support/long-timeout';
import { runOrFail } from './support/run';
import { nxOrFail } from './support/web-app';
import { makeWorkspace, type TestWorkspace } from './support/test-workspace';
import { WORKSPACE_ROOT } from './support/workspace-root';

// What node needs of the C library of arm64.
const LIBRARIES = ['ld-linux-aarch64.so.1', 'libc.so.6', 'libm.so.6', 'libdl.so.2', 'libpthread.so.0', 'libstdc++.so.6', 'libgcc_s.so.1'];

const SERVER = `
const server = require('node:http').createServer((_request, answer) => answer.end(JSON.stringify({ arch: process.arch, text: require('./text.json') })));
server.listen(Number(process.env.PORT), () => console.log(String(server.address().port)));
process.on('SIGTERM', () => process.exit(0));
`;

/** Files are packed, never run, to make it: so only running it shows that each platform got the right ones. */
describeWith(['distribution-3', 'crane', 'qemu-aarch64', 'node-24-arm64', 'arm64-libraries'], 'a Node app for two platforms', (things) => {
  const namespace = `platforms-run-${randomBytes(4).toString('hex')}`;
  const { host } = things.server('distribution-3');
  const repository = `${host}/${namespace}/app`;
  const text = randomBytes(8).toString('hex');
  let workspace: TestWorkspace;

  beforeAll(async () => {
    workspace = await makeWorkspace();
    const { root } = workspace;
    workspace.write('registries.yaml', `registries: { real: { host: "${host}", namespace: ${namespace} } }\npublish: { settleMs: 100 }\n`);
    await runOrFail(
      process.execPath,
      [join(WORKSPACE_ROOT, 'tools/base-images/node-runtime.mjs'), '--output', join(root, 'runtime/amd64')],
      {
        cwd: root,
      },
    );
    for (const folder of ['usr/local/bin', 'lib']) mkdirSync(join(root, 'runtime/arm64', folder), { recursive: true });
    copyFileSync(things.tool('node-24-arm64'), join(root, 'runtime/arm64/usr/local/bin/node'));
    for (const name of LIBRARIES) {
      copyFileSync(join(dirname(things.tool('arm64-libraries')), name), join(root, 'runtime/arm64/lib', name));
    }
    const platforms = ['linux/amd64', 'linux/arm64'];
    const project = (name: string, options: object) =>
      workspace.write(`${name}/project.json`, {
        name,
        targets: {
          image: { executor: 'nx-oci:build', options: { engine: 'native', platforms, ...options } },
          publish: { executor: 'nx-oci:publish', dependsOn: ['image'], options: { tags: ['latest', 'literal:1.0.0'] } },
        },
      });
    project('base', { layers: [{ from: 'runtime/{arch}', to: '/' }], cmd: ['/usr/local/bin/node'] });
    project('app', {
      base: `${host}/${namespace}/base:1.0.0`,
      layers: [{ from: 'app/files', to: '/app' }],
      cmd: ['/usr/local/bin/node', '/app/main.js'],
      env: { PORT: '8080' },
      ports: [8080],
    });
    workspace.write('app/files/main.js', SERVER);
    workspace.write('app/files/text.json', JSON.stringify(text));
    await workspace.commit('a base and an app');
    for (const name of ['base', 'app']) await nxOrFail(workspace, 'run', `${name}:publish`);
  });
  afterAll(() => workspace.remove());

  it('answers on arm64, from the files that another tool unpacked', async () => {
    const files = join(workspace.root, '.caches/arm64');
    mkdirSync(files, { recursive: true });
    const call = (program: string, ...args: readonly string[]) => runOrFail(program, args, { cwd: workspace.root });
    await call(things.tool('crane'), 'export', '--insecure', '--platform', 'linux/arm64', `${repository}:latest`, `${files}.tar`);
    await call('tar', '-xf', `${files}.tar`, '-C', files);
    const config = JSON.parse(
      await call(things.tool('crane'), 'config', '--insecure', '--platform', 'linux/arm64', `${repository}:latest`),
    ) as {
      config: { Cmd: readonly string[] };
    };
    const [node = '', main = ''] = config.config.Cmd;
    const server = spawn(things.tool('qemu-aarch64'), ['-L', files, join(files, node), join(files, main)], {
      env: { PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      expect(await ask(await readPort(server))).toEqual({ arch: 'arm64', text });
    } finally {
      server.kill('SIGKILL');
    }
  });

  describeWith(['docker'], 'in Docker', (engines) => {
    it('answers on amd64', async () => {
      const client = openDocker(engines.server('docker').dockerHost);
      const name = `${repository}:latest`;
      await client.docker('pull', '--quiet', '--platform=linux/amd64', name);
      const id = await client.docker('run', '--detach', '--publish=127.0.0.1::8080', name);
      try {
        const port = /:(\d+)$/m.exec(await client.docker('port', id, '8080/tcp'))?.[1] ?? '';
        expect(await ask(port)).toEqual({ arch: 'x64', text });
      } finally {
        await client.docker('rm', '--force', id);
        await client.docker('rmi', name);
      }
    });
  });
});

async function ask(port: string): Promise<unknown> {
  return (await fetchPatiently(`http://127.0.0.1:${port}/`)).json();
}

/** The first line that the server prints. */
async function readPort({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error('the server has no output');
  for await (const line of createInterface({ input: stdout })) return line;
  throw new Error('the server ended before it listened');
}
