import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describeWith } from '@nx-oci/model/testing';

import { openDocker } from './support/docker-client';
import './support/long-timeout';
import { listTags } from './support/read-back';
import { startRemoteCache } from './support/remote-cache';
import { run, runOrFail, type Outcome } from './support/run';
import { makeWorkspace, nxEnvironment, type TestWorkspace } from './support/test-workspace';

const BOTH = ['linux/amd64', 'linux/arm64'];
const PARTS = ['linux-amd64', 'linux-arm64'];

/** Parts of images from files and from a Dockerfile, which reach the publish by Nx's cache and through the registry. */
describeWith(['distribution-3', 'crane', 'docker', 'buildx'], 'parts that several machines share', (things) => {
  const namespace = `shared-${randomBytes(4).toString('hex')}`;
  const { dockerHost } = things.server('docker');
  let workspace: TestWorkspace;
  let clone: string;

  beforeAll(async () => {
    const { host } = things.server('distribution-3');
    workspace = await makeWorkspace();
    workspace.write(
      'registries.yaml',
      `registries: { real: { host: "${host}", namespace: ${namespace} } }\npublish: { tags: [sha, latest], settleMs: 100 }\n`,
    );
    // `anywhere`: this machine plays those of both platforms.
    const parts = { platforms: BOTH, parts: 'anywhere' };
    workspace.write('files/data.txt', randomBytes(200_000).toString('hex'));
    workspace.write('files/project.json', {
      name: 'files',
      targets: {
        image: {
          executor: 'nx-oci:build',
          cache: true,
          inputs: ['default'],
          options: { ...parts, engine: 'native', layers: [{ from: 'files/data.txt', to: '/data.txt' }] },
        },
        publish: { executor: 'nx-oci:publish' },
      },
    });
    workspace.write('recipe/Dockerfile', `FROM scratch\nLABEL e2e.run=${namespace}\nCOPY hello.txt /\nCMD ["/hello.txt"]\n`);
    workspace.write('recipe/hello.txt', 'hello');
    workspace.write('recipe/project.json', { name: 'recipe', targets: { image: { options: parts } } });
    // The legacy builder makes images of one platform only.
    mkdirSync(join(workspace.root, '.caches/docker/cli-plugins'), { recursive: true });
    symlinkSync(things.tool('buildx'), join(workspace.root, '.caches/docker/cli-plugins/docker-buildx'));
    await workspace.commit('images of parts');
    clone = realpathSync(mkdtempSync(join(tmpdir(), 'nx-oci-machine-')));
    await runOrFail('git', ['clone', '-q', workspace.root, clone], { cwd: workspace.root });
    await runOrFail('cp', ['-al', join(workspace.root, 'node_modules'), clone], { cwd: workspace.root });
  });
  afterAll(async () => {
    rmSync(clone, { recursive: true, force: true });
    workspace.remove();
    const engine = openDocker(dockerHost);
    const left = await engine.docker('images', '--quiet', '--filter', `label=e2e.run=${namespace}`);
    if (left !== '') await engine.tryDocker('rmi', '--force', ...left.split('\n'));
  });

  const environment = (root: string) => ({ ...nxEnvironment(root), DOCKER_HOST: dockerHost });
  const nx = (root: string, env: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<Outcome> =>
    run(join(root, 'node_modules/.bin/nx'), [...args, '--outputStyle=static'], { cwd: root, env: { ...environment(root), ...env } });
  const location = (project: string) => ({ host: things.server('distribution-3').host, repository: `${namespace}/${project}` });
  const crane = (...args: readonly string[]) => runOrFail(things.tool('crane'), [...args, '--insecure'], { cwd: workspace.root });

  async function expectWhole(project: string): Promise<void> {
    const reference = `${location(project).host}/${namespace}/${project}:latest`;
    await crane('validate', '--remote', reference);
    const index = JSON.parse(await crane('manifest', reference)) as {
      readonly manifests: readonly { readonly platform: { readonly os: string; readonly architecture: string } }[];
    };
    expect(index.manifests.map(({ platform: { os, architecture } }) => `${os}/${architecture}`)).toEqual(BOTH);
  }

  it('reach the machine that publishes by a remote cache of Nx', async () => {
    const cache = await startRemoteCache();
    const targets = PARTS.map((part) => `image-${part}`).join(',');
    expect(await nx(workspace.root, cache.env, 'run-many', '-t', targets, '-p', 'files')).toMatchObject({ code: 0 });
    cache.takeHits();
    const { code, output } = await nx(clone, cache.env, 'run', 'files:publish', '--dryRun');
    const hits = cache.takeHits();
    await cache.stop();
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('linux/amd64 and linux/arm64') as string });
    expect({ hits, output }).toMatchObject({ hits: 2 });
    rmSync(join(clone, 'dist'), { recursive: true });
  });

  it('are staged by digest, without a tag, and leave small folders behind', async () => {
    for (const part of PARTS) {
      expect(await nx(workspace.root, {}, 'run', `files:image-${part}`)).toMatchObject({ code: 0 });
      const { code, output } = await nx(
        workspace.root,
        {},
        'run',
        'files:publish',
        `--stage=${part.replace('-', '/')}`,
        '--excludeTaskDependencies',
      );
      expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('files: staged its part for') as string });
      expect(sizeOf(join(workspace.root, 'dist/images/files', part))).toBeLessThan(20_000);
    }
    expect(await listTags(location('files'))).toEqual([]);
  });

  it('are published from there by a machine that has only what is left of them', async () => {
    await runOrFail('mkdir', ['-p', join(clone, 'dist')], { cwd: clone });
    await runOrFail('cp', ['-r', join(workspace.root, 'dist/images'), join(clone, 'dist')], { cwd: clone });
    const { code, output } = await nx(clone, {}, 'run', 'files:publish', '--excludeTaskDependencies');
    expect({ code, output }).toMatchObject({ code: 0 });
    await expectWhole('files');
  });

  it('are made of a Dockerfile by Docker Engine, each under a name of its own, and published as one index', async () => {
    const { code, output } = await nx(workspace.root, {}, 'run', 'recipe:publish');
    if (code !== 0) throw new Error(`it ended with ${code}:\n${output}`);
    await expectWhole('recipe');
    const names = await openDocker(dockerHost).docker('images', '--format', '{{.Repository}}', '--filter', `label=e2e.run=${namespace}`);
    expect(names.split('\n').sort()).toEqual(['nx-oci/recipe-linux-amd64', 'nx-oci/recipe-linux-arm64']);
  });
});

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
