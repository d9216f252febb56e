import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { findZstdProblem } from '@nx-oci/layout';
import { describeWith } from '@nx-oci/model/testing';
import { startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { runToolOrFail } from '../engines/tools/run-tool';
import { publish } from './publish';

const TEXT = 'read from zstd\n';
const REQUIRED = findZstdProblem() === undefined ? [] : ['Node 22.16 or later'];

// Programs of others read what we compressed, through our registry.
describeWith([...REQUIRED, 'docker-containerd', 'podman', 'buildah', 'skopeo', 'busybox'], 'a published image of zstd layers', (things) => {
  let root: string;
  let registry: RunningRegistry;
  const env = () => ({ PATH: [dirname(things.tool('podman')), process.env['PATH']].join(':'), HOME: root });

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'nx-oci-zstd-'));
    registry = await startRegistry({ port: 0 });
    await mkdir(join(root, 'app'));
    await copyFile(things.tool('busybox'), join(root, 'app/busybox'));
    await writeFile(join(root, 'app/text'), TEXT);
    await writeFile(join(root, 'storage.conf'), `[storage]\ndriver = "vfs"\ngraphroot = "${root}/store"\nrunroot = "${root}/run"\n`);
    const image = { layers: [{ from: 'app', to: '/app' }], cmd: ['/app/busybox', 'cat', '/app/text'], compression: 'zstd' };
    const request = { folder: root, images: { app: image }, registries: { here: { host: registry.host, namespace: 'team' } }, env: env() };
    await publish({ ...request, tags: ['latest'] });
  });
  afterAll(async () => {
    await registry.close();
    await rm(root, { recursive: true, force: true });
  });

  const name = () => `${registry.host}/team/app:latest`;
  const run = async (program: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<string> =>
    (await runToolOrFail({ program, args, env: { ...env(), ...more }, cwd: root }, { purpose: 'read an image', install: '' })).stdout;

  it('is read by skopeo', async () => {
    const text = await run(things.tool('skopeo'), ['inspect', '--raw', '--tls-verify=false', `docker://${name()}`]);
    expect(text).toContain('application/vnd.oci.image.layer.v1.tar+zstd');
  });

  it('is pulled and unpacked by podman', async () => {
    const more = { CONTAINERS_STORAGE_CONF: join(root, 'storage.conf') };
    const podman = things.tool('podman');
    const container = (await run(podman, ['create', '--tls-verify=false', '--network=none', name()], more)).trim();
    await run(podman, ['cp', `${container}:/app/text`, join(root, 'from-podman')], more);
    expect(await readFile(join(root, 'from-podman'), 'utf8')).toBe(TEXT);
  });

  it('is pulled and run by buildah', async () => {
    // A changed root as the only isolation, so that it also runs in a sandbox.
    const more = { CONTAINERS_STORAGE_CONF: join(root, 'storage.conf'), BUILDAH_ISOLATION: 'chroot' };
    const buildah = things.tool('buildah');
    const container = (await run(buildah, ['from', '--tls-verify=false', name()], more)).trim();
    expect(await run(buildah, ['run', container, '--', '/app/busybox', 'cat', '/app/text'], more)).toBe(TEXT.trim());
  });

  it('is pulled and unpacked by Docker Engine with the containerd store', async () => {
    const more = { DOCKER_HOST: things.server('docker-containerd').dockerHost };
    const container = (await run('docker', ['create', '--network=none', name()], more)).trim();
    try {
      await run('docker', ['cp', `${container}:/app/text`, join(root, 'from-docker')], more);
      expect(await readFile(join(root, 'from-docker'), 'utf8')).toBe(TEXT);
    } finally {
      await run('docker', ['rm', container], more);
      await run('docker', ['image', 'rm', '--force', name()], more);
    }
  });
});
