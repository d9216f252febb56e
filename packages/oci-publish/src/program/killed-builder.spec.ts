import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

import { isOciError } from '@nx-oci/model';
import { describeWith, type RealThings } from '@nx-oci/model/testing';
import { startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { makeWorkspace, type TestWorkspace } from '../testing/make-workspace';
import { publish } from './publish';

const LONG = 'FROM scratch\nCOPY busybox /bin/sh\nCOPY busybox /bin/busybox\nRUN --network=none echo "it is running"; busybox sleep 30\n';
const SHORT = LONG.replace('busybox sleep 30', 'busybox true');

describeWith(['buildkit-program', 'runc', 'buildx', 'busybox'], 'a builder that is killed in the middle of a build', (things) => {
  let workspace: TestWorkspace;
  let env: NodeJS.ProcessEnv;
  let registry: RunningRegistry;
  let port: number;
  let builder: ChildProcess;

  beforeEach(async () => {
    workspace = makeWorkspace();
    workspace.write('.gitignore', 'tmp\ndist\nnode_modules\nbusybox\n');
    workspace.write('.dockerignore', 'tmp\n');
    workspace.write('Dockerfile', LONG);
    workspace.write('tmp/.keep', '');
    execFileSync('cp', [things.tool('busybox'), join(workspace.root, 'busybox')]);
    workspace.commit('first');
    registry = await startRegistry({});
    port = await findFreePort();
    builder = await startBuilder();
    env = makeEnv();
  });
  afterEach(async () => {
    builder.kill('SIGKILL');
    await registry.close();
    unmountBelow(workspace.root);
    workspace.remove();
  });

  const makeEnv = (): NodeJS.ProcessEnv => {
    const config = join(workspace.root, 'tmp/docker');
    mkdirSync(join(config, 'cli-plugins'), { recursive: true });
    symlinkSync(things.tool('buildx'), join(config, 'cli-plugins/docker-buildx'));
    const made = {
      PATH: process.env['PATH'],
      HOME: join(workspace.root, 'tmp'),
      TMPDIR: join(workspace.root, 'tmp'),
      DOCKER_CONFIG: config,
    };
    execFileSync('docker', ['buildx', 'create', '--name=mortal', '--driver=remote', `tcp://127.0.0.1:${port}`], {
      env: made,
      stdio: 'pipe',
    });
    return made;
  };
  const startBuilder = (): Promise<ChildProcess> => startBuildkitd(things, join(workspace.root, 'tmp/buildkit'), port);
  const publishApi = (log: (text: string) => void, more: object = {}) =>
    publish({
      folder: workspace.root,
      env,
      images: { api: { engine: 'buildx', builder: 'mortal', dockerfile: 'Dockerfile', context: '.', ...more } },
      registries: { here: { host: registry.host, guard: false } },
      tags: ['latest'],
      log,
    });
  const tagsOf = async () => {
    const answer = await fetch(`http://${registry.host}/v2/api/tags/list`);
    return answer.status === 404 ? [] : ((await answer.json()) as { readonly tags: readonly string[] }).tags;
  };

  it.each(['layout', 'registry'])('says so, leaves nothing half-written, and the next run finishes (export: %s)', async (target) => {
    const more = target === 'registry' ? { export: 'registry', exportTo: `${registry.host}/api` } : {};
    let isKilled = false;
    const error: unknown = await publishApi((text) => {
      if (isKilled || !/^#\d+ \d.* it is running/m.test(text)) return;
      isKilled = true;
      builder.kill('SIGKILL');
    }, more).catch((thrown: unknown) => thrown);
    expect(isKilled).toBe(true);
    if (!isOciError(error)) throw error;
    expect(error.code).toBe('ENGINE_UNREACHABLE');
    expect(error.message).toMatch(/^Cannot build the image of api: the builder "mortal" does not answer/);
    expect(existsSync(join(workspace.root, 'dist/images/api/image.json'))).toBe(false);
    expect(await tagsOf()).toEqual([]);
    expect(readdirSync(join(workspace.root, 'tmp')).filter((name) => name.startsWith('nx-oci'))).toEqual([]);

    builder = await startBuilder();
    workspace.write('Dockerfile', SHORT);
    expect((await publishApi(() => undefined, more)).outcome).toBe('published');
    expect(await tagsOf()).toEqual(['latest']);
  });
});

/** Without TLS, on a port that stays the same when it starts again. */
async function startBuildkitd(things: RealThings, folder: string, port: number): Promise<ChildProcess> {
  mkdirSync(folder, { recursive: true });
  const args = [
    `--root=${folder}/data`,
    `--addr=tcp://127.0.0.1:${port}`,
    `--otel-socket-path=${folder}/otel.sock`,
    `--oci-worker-binary=${things.tool('runc')}`,
    '--oci-worker-net=host',
    '--containerd-worker=false',
  ];
  const child = spawn(things.tool('buildkit-program'), args, { stdio: ['ignore', 'ignore', 'pipe'] });
  await new Promise<void>((resolve, reject) => {
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('running server on')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`buildkitd ended with ${code}: ${said}`)));
  });
  return child;
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** What a killed builder leaves mounted. */
function unmountBelow(folder: string): void {
  const points = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((path) => path.startsWith(`${folder}/`));
  for (const path of points.reverse()) execFileSync('umount', ['-l', path]);
}
