import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';

import { describeWith, makeBuilders, type RealThings } from '@nx-oci/model/testing';

import { imageFolder, readImageRecord } from '../../engines/image/image-record';
import { localImageName } from '../../engines/names/local-name';
import type { DockerfileEngine } from '../../engines/options/engine-names';
import { runTool } from '../../engines/tools/run-tool';
import { makeWorkspace, type TestWorkspace } from '../../testing/make-workspace';
import { createImageBuilder, type ImageBuilder } from '../build-images';

const DOCKERFILE = `FROM scratch
COPY busybox /bin/sh
COPY busybox /bin/busybox
COPY --from=shared . /shared
RUN --mount=type=secret,id=token --mount=type=ssh,id=agent \\
  busybox test -f /run/secrets/token && busybox test -S "$SSH_AUTH_SOCK" && echo "mounts are there"
RUN echo "files: $(ulimit -n)"; busybox grep db /etc/hosts; busybox df /dev/shm
`;
const WITHOUT_BUILDKIT = DOCKERFILE.replace(/COPY --from.*\nRUN --mount[^]*?there"\n/, '');

interface Surroundings {
  readonly title: string;
  readonly engine: DockerfileEngine;
  readonly needs: readonly string[];
  readonly env: (things: RealThings, root: string) => NodeJS.ProcessEnv;
  readonly options?: object;
  /** A sandbox inside of another one may have no /dev/shm of its own. */
  readonly hasOwnShm?: false;
}

const ownStore = (root: string) => {
  writeFileSync(
    join(root, 'tmp/storage.conf'),
    `[storage]\ndriver = "vfs"\ngraphroot = "${root}/tmp/store"\nrunroot = "${root}/tmp/run"\n`,
  );
  return { CONTAINERS_STORAGE_CONF: join(root, 'tmp/storage.conf') };
};

const BUILDERS: readonly Surroundings[] = [
  { title: 'podman', engine: 'podman', needs: ['podman'], env: (_, root) => ownStore(root), options: { network: 'host' } },
  {
    title: 'buildah',
    engine: 'buildah',
    needs: ['buildah'],
    env: (_, root) => ({ ...ownStore(root), BUILDAH_ISOLATION: 'chroot' }),
    hasOwnShm: false,
  },
  {
    title: 'Docker Engine by buildx',
    engine: 'docker',
    needs: ['docker-containerd', 'buildx'],
    env: (things, root) => {
      mkdirSync(join(root, 'tmp/config/cli-plugins'), { recursive: true });
      copyFileSync(things.tool('buildx'), join(root, 'tmp/config/cli-plugins/docker-buildx'));
      chmodSync(join(root, 'tmp/config/cli-plugins/docker-buildx'), 0o755);
      return { DOCKER_HOST: things.server('docker-containerd').dockerHost, DOCKER_CONFIG: join(root, 'tmp/config') };
    },
    options: { network: 'none' },
  },
  {
    title: 'a BuildKit elsewhere',
    engine: 'buildx',
    needs: ['buildkit', 'buildx'],
    env: (things, root) => makeBuilders(things, join(root, 'tmp/config'), { far: [{ server: things.server('buildkit') }] }),
    options: { network: 'none', builder: 'far' },
  },
];

const WITH_BUILDKIT: readonly DockerfileEngine[] = ['docker', 'buildx'];

let workspace: TestWorkspace;
let builder: ImageBuilder;
let lines: string[];
let built = '';
let agent: Server;
let run: (program: string, ...args: readonly string[]) => Promise<unknown>;

const start = (things: RealThings, env: Surroundings['env']): void => {
  workspace = makeWorkspace();
  const { root } = workspace;
  workspace.write('libs/shared/a.txt', root);
  workspace.write('libs/shared/left-out.txt', root);
  workspace.write('libs/shared/.dockerignore', 'left-out.txt\n');
  workspace.write('tmp/token', 'a-secret-of-this-spec');
  workspace.write('apps/api/Dockerfile', DOCKERFILE);
  copyFileSync(things.tool('busybox'), join(root, 'apps/api/busybox'));
  agent = createServer().listen(join(root, 'tmp/agent.sock'));
  lines = [];
  const all = { PATH: process.env['PATH'], HOME: join(root, 'tmp'), TMPDIR: join(root, 'tmp'), ...env(things, root) };
  builder = createImageBuilder({ workspaceRoot: root, env: all });
  run = (program, ...args) => runTool({ program, args, env: all, cwd: root }, { purpose: 'prepare a spec', install: '' });
};
const stop = async () => {
  const [, engine] = /engine (\w+)/.exec(built) ?? [];
  if (engine !== undefined && engine !== 'buildx') await run(engine, 'rmi', '--force', localImageName(workspace.root, 'api'));
  built = '';
  agent.close();
  await builder.close();
  workspace.remove();
};
const build = async (options: object) => {
  const projectRoot = join(workspace.root, 'apps/api');
  built = await builder.build({ project: 'api', projectRoot, options, print: (line) => lines.push(line) });
};

const LIMITS = { ulimits: ['nofile=77:99'], shmSize: '8m', addHosts: ['db:10.0.0.7'] };
const MOUNTS = {
  buildContexts: { shared: 'libs/shared' },
  ssh: ['agent=tmp/agent.sock'],
  secrets: [{ id: 'token', src: 'tmp/token' }],
};

for (const { title, engine, needs, env, options = {}, hasOwnShm = true } of BUILDERS) {
  describeWith([...needs, 'busybox', 'distribution-3-login'], `the options of a build, as ${title} follows them`, (things) => {
    afterEach(stop);

    it('limits, hosts, contexts, secrets and agents reach RUN, and a folder that is a context is a source of the image', async () => {
      start(things, env);
      await build({ engine, ...options, ...LIMITS, ...MOUNTS });
      const said = lines.join('\n');
      expect(said).toContain('mounts are there');
      expect(said).toContain('files: 77');
      expect(said).toMatch(/10\.0\.0\.7\s+db/);
      if (hasOwnShm) expect(said).toMatch(/\s8192\s.*\/dev\/shm/);
      const { sources } = await readImageRecord(imageFolder(workspace.root, 'api'));
      const foundBy = (option: string) => sources.looked.filter(({ look }) => look.option === option).map(({ found }) => found);
      // Only BuildKit reads the ignore file of a further context.
      const ignored = WITH_BUILDKIT.includes(engine) ? [] : ['libs/shared/left-out.txt'];
      const names = Object.keys(foundBy('buildContexts.shared')[0] ?? {});
      expect(names.sort()).toEqual(['libs/shared/.dockerignore', 'libs/shared/a.txt', ...ignored]);
      expect(foundBy('ssh[0]')).toEqual([{ 'tmp/agent.sock': 'there' }]);
      expect(JSON.stringify(sources)).not.toContain('a-secret-of-this-spec');
    });

    it.each([
      ['replaced', 'docker.io/library/replaced:latest'],
      ['replaced:latest', 'replaced'],
      ['127.0.0.1:1/acme/replaced', '127.0.0.1:1/acme/replaced:latest'],
      ['127.0.0.1:1/acme/replaced:latest', '127.0.0.1:1/acme/replaced'],
      ['127.0.0.1:1/acme/replaced:2', '127.0.0.1:1/acme/replaced:2'],
    ])('a context takes the place of the image %s if it is written as %s', async (named, written) => {
      start(things, env);
      workspace.write('apps/api/Dockerfile', `FROM scratch\nCOPY --from=${named} a.txt /a.txt\n`);
      await build({ engine, ...options, buildContexts: { [written]: 'libs/shared' } });
      expect(built).toContain('dist/images/api');
    });

    it('steps come from a cache in a registry, with its login in registries.yaml, where the builder has none', async () => {
      const { host, username, password } = things.server('distribution-3-login');
      start(things, (...all) => ({ ...env(...all), REGISTRY_PASSWORD: password }));
      const cache = `${host}/specs/cache-${workspace.root.slice(-6).toLowerCase()}`;
      const auth = `auth: { username: ${username}, password: '\${REGISTRY_PASSWORD}' }`;
      workspace.write('registries.yaml', `registries:\n  cache: { host: '${host}', ${auth} }\n`);
      // podman and buildah expect TLS of every registry.
      const plain = WITH_BUILDKIT.includes(engine) ? {} : { extraArguments: ['--tls-verify=false'] };
      const written = { engine, ...options, ...MOUNTS, ...plain, cacheFrom: cache };
      await build({ ...written, cacheTo: cache });
      const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
      const answer = await fetch(`http://${cache.replace('/', '/v2/')}/tags/list`, { headers: { authorization } });
      expect(((await answer.json()) as { readonly tags: readonly string[] }).tags.length).toBeGreaterThan(0);
      if (WITH_BUILDKIT.includes(engine)) return; // its own store has the steps anyway
      await run(engine, 'rmi', '--all', '--force');
      lines.length = 0;
      await build(written);
      expect(lines.join('\n')).toMatch(/Cache pulled from remote/);
    });
  });
}

describeWith(['docker', 'busybox'], 'the options of a build without BuildKit', (things) => {
  afterEach(stop);
  const env = { DOCKER_HOST: things.server('docker').dockerHost, DOCKER_BUILDKIT: '0' };

  it('limits and hosts reach RUN', async () => {
    start(things, () => env);
    workspace.write('apps/api/Dockerfile', WITHOUT_BUILDKIT);
    await build({ engine: 'docker', network: 'none', ...LIMITS, cacheFrom: 'nx-oci-specs/none:1' });
    expect(lines.join('\n')).toContain('files: 77');
    expect(lines.join('\n')).toMatch(/\s8192\s.*\/dev\/shm/);
    expect(lines.join('\n')).toMatch(/10\.0\.0\.7\s+db/);
  });

  it('all that the builder does not know is refused before it starts', async () => {
    start(things, () => env);
    await expect(build({ engine: 'docker', ...MOUNTS, cacheTo: 'type=local,dest=tmp/cache' })).rejects.toMatchObject({
      code: 'OPTIONS_INVALID',
      message: expect.stringMatching(/`secrets`.*\n.*`ssh`.*\n.*`buildContexts`.*\n.*`cacheTo`/),
    });
    expect(lines).toEqual([]);
  });
});
