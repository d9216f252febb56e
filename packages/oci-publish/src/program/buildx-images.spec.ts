import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describeWith, makeBuilders } from '@nx-oci/model/testing';

import { publish } from './publish';

const BOTH = ['linux/amd64', 'linux/arm64'];
const needs = ['buildkit', 'buildkit-2', 'buildx', 'distribution-3', 'crane', 'skopeo', 'regctl'];

// From the Dockerfile over two builders to a registry, read back with the tools of others.
describeWith(needs, 'published images that a builder of two nodes made', (things) => {
  let root: string;
  const { host } = things.server('distribution-3');

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'nx-oci-buildx-images-'));
    const pair = [
      { server: things.server('buildkit'), platforms: ['linux/amd64'] },
      { server: things.server('buildkit-2'), platforms: ['linux/arm64'] },
    ];
    const env = { PATH: process.env['PATH'], HOME: root, ...makeBuilders(things, join(root, 'docker'), { pair }) };
    for (const name of ['api', 'web']) {
      await mkdir(join(root, name));
      await writeFile(join(root, name, 'content.txt'), `${root} ${name}`);
      await writeFile(join(root, name, 'Dockerfile'), 'FROM scratch\nARG TARGETARCH\nCOPY content.txt /$TARGETARCH\nCMD ["/none"]\n');
    }
    const image = (name: string) => ({ builder: 'pair', platforms: BOTH, dockerfile: `${name}/Dockerfile`, context: name });
    const namespace = root.slice(-6).toLowerCase();
    await publish({
      folder: root,
      env,
      images: { api: image('api'), web: image('web') },
      registries: { here: { host, namespace } },
      tags: ['version', 'latest'],
      version: '1.2.3',
    });
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  const nameOf = (image: string, tag: string) => `${host}/${root.slice(-6).toLowerCase()}/${image}:${tag}`;
  const run = (tool: string, ...args: readonly string[]) => execFileSync(things.tool(tool), args, { encoding: 'utf8', stdio: 'pipe' });

  it.each(['api', 'web'])('are complete, on all their tags: %s', (image) => {
    const repository = nameOf(image, '').slice(0, -1);
    const tags = run('crane', 'ls', '--insecure', repository).trim().split('\n');
    expect(tags.toSorted()).toEqual(['latest', 'v1.2.3']);
    for (const tag of tags) run('crane', 'validate', '--insecure', `--remote=${repository}:${tag}`);
    expect(new Set(tags.map((tag) => run('crane', 'digest', '--insecure', `${repository}:${tag}`))).size).toBe(1);
  });

  it.each(BOTH)('have the files of their platform, and the labels of their project: %s', (platform) => {
    const [, arch = ''] = platform.split('/');
    const args = [`--override-arch=${arch}`, '--src-tls-verify=false', `docker://${nameOf('api', 'latest')}`, `oci:${root}/${arch}`];
    run('skopeo', 'copy', ...args);
    const config = JSON.parse(run('skopeo', 'inspect', '--config', `oci:${root}/${arch}`)) as {
      readonly architecture: string;
      readonly config: { readonly Labels: object };
    };
    expect(config.architecture).toBe(arch);
    expect(config.config.Labels).toMatchObject({ 'dev.nx-oci.project': 'api', 'org.opencontainers.image.version': '1.2.3' });
    const files = run('crane', 'export', '--insecure', `--platform=${platform}`, nameOf('api', 'latest'), join(root, `${arch}.tar`));
    expect(files).toBe('');
    expect(execFileSync('tar', ['-tf', join(root, `${arch}.tar`)], { encoding: 'utf8' }).trim()).toBe(arch);
  });

  it('are indexes of exactly the two platforms, without attestations', () => {
    const text = run(
      'regctl',
      '--host',
      `reg=${host},tls=disabled`,
      'manifest',
      'get',
      '--format',
      '{{range .Manifests}}{{.Platform}} {{end}}',
      nameOf('web', 'latest'),
    );
    expect(text.trim().split(' ')).toEqual(BOTH);
  });
});
