import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { describeWith } from '@nx-oci/model/testing';

import { openDocker, type DockerClient } from './support/docker-client';
import './support/long-timeout';
import { runOrFail, type Outcome } from './support/run';
import { makeWorkspace, type TestWorkspace } from './support/test-workspace';

interface Manifest {
  readonly layers: readonly { readonly digest: string }[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Files, a Dockerfile on them, and files on that Dockerfile; read back by crane, and started by Docker. */
describeWith(['docker', 'distribution-3', 'crane', 'busybox'], 'images on images of the workspace', (things) => {
  const namespace = `own-bases-${randomBytes(4).toString('hex')}`;
  const { dockerHost } = things.server('docker');
  let workspace: TestWorkspace;
  let engine: DockerClient;
  let names: string;

  beforeAll(async () => {
    engine = openDocker(dockerHost);
    names = `${things.server('distribution-3').host}/${namespace}`;
    workspace = await makeWorkspace();
    workspace.write(
      'registries.yaml',
      `registries: { real: { host: "${things.server('distribution-3').host}", namespace: ${namespace} } }\npublish: { tags: [sha, latest], settleMs: 100 }\n`,
    );
    mkdirSync(join(workspace.root, 'os/bin'), { recursive: true });
    copyFileSync(things.tool('busybox'), join(workspace.root, 'os/bin/busybox'));
    workspace.write('os/os.txt', 'os one');
    writeNative('os', {
      layers: [
        { from: 'os/bin/busybox', to: '/bin/busybox', mode: '755' },
        { from: 'os/os.txt', to: '/srv/os.txt' },
      ],
    });
    workspace.write('web/project.json', { name: 'web' });
    workspace.write('web/web.txt', 'web one');
    workspace.write('web/Dockerfile', `ARG BASE=${names}/os\nFROM $BASE\nCOPY web.txt /srv/\n`);
    workspace.write('app/app.txt', 'app one');
    writeNative('app', { base: `${names}/web:latest`, layers: [{ from: 'app/app.txt', to: '/srv/app.txt' }], cmd: SHOW }, ['web']);
    workspace.write('tools/project.json', { name: 'tools', targets: { plan: { executor: 'nx-oci:plan' } } });
    await workspace.commit('three images');
    expect(await nx('run-many', '-t', 'publish')).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    const left = await engine.docker('images', '--quiet', '--filter', 'label=dev.nx-oci.project', '--filter', `reference=*nx-oci/*web*`);
    if (left !== '') await engine.docker('image', 'rm', '--force', ...new Set(left.split('\n').filter(Boolean)));
    workspace.remove();
  });

  const SHOW = ['/bin/busybox', 'cat', '/srv/os.txt', '/srv/web.txt', '/srv/app.txt'];
  const environment = { DOCKER_HOST: dockerHost };
  const nx = (...args: readonly string[]): Promise<Outcome> => workspace.nx(args, environment);
  const crane = (...args: readonly string[]): Promise<string> =>
    runOrFail(things.tool('crane'), [...args, '--insecure'], { cwd: workspace.root });
  const digestOf = async (project: string): Promise<string> => (await crane('digest', `${names}/${project}:latest`)).trim();
  const read = async (project: string): Promise<Manifest> => JSON.parse(await crane('manifest', `${names}/${project}:latest`)) as Manifest;
  const layersOf = async (project: string): Promise<readonly string[]> => (await read(project)).layers.map(({ digest }) => digest);

  function writeNative(project: string, options: object, bases: readonly string[] = []): void {
    workspace.write(`${project}/project.json`, {
      name: project,
      targets: {
        image: {
          executor: 'nx-oci:build',
          cache: true,
          dependsOn: bases.map((base) => ({ projects: [base], target: 'image' })),
          inputs: ['default', '^default', { dependentTasksOutputFiles: '**/*', transitive: true }],
          outputs: ['blobs', 'image.json', 'index.json', 'oci-layout'].map((file) => `{workspaceRoot}/dist/images/{projectName}/${file}`),
          options: { engine: 'native', ...options },
        },
        publish: {
          executor: 'nx-oci:publish',
          dependsOn: ['image'],
          inputs: ['default', '^default', { dependentTasksOutputFiles: '**/*', transitive: true }],
        },
      },
    });
  }

  /** Each image has the layers of its base and names its digest; the last one has the files of all. */
  async function expectChain(...texts: readonly string[]): Promise<void> {
    const [os, web, app] = [await layersOf('os'), await layersOf('web'), await layersOf('app')];
    expect(web.slice(0, os.length)).toEqual(os);
    expect(app.slice(0, web.length)).toEqual(web);
    for (const [project, base] of [
      ['web', 'os'],
      ['app', 'web'],
    ] as const) {
      expect((await read(project)).annotations).toMatchObject({
        'org.opencontainers.image.base.name': expect.stringContaining(`${names}/${base}`),
        'org.opencontainers.image.base.digest': await digestOf(base),
      });
    }
    await crane('validate', '--remote', `${names}/app:latest`);
    const image = `${names}/app@${await digestOf('app')}`;
    expect((await engine.docker('run', '--rm', '--quiet', image)).replaceAll('\n', '')).toBe(texts.join(''));
    await engine.docker('image', 'rm', image);
  }

  it('are built in their order and published in one run, and run', async () => {
    await expectChain('os one', 'web one', 'app one');
  });

  it('are edges of the project graph', async () => {
    expect(await nx('graph', '--file=graph.json')).toMatchObject({ code: 0 });
    const { graph } = JSON.parse(await runOrFail('cat', ['graph.json'], { cwd: workspace.root })) as {
      graph: { dependencies: Record<string, { target: string }[]> };
    };
    expect(graph.dependencies['web']?.map(({ target }) => target)).toEqual(['os']);
    expect(graph.dependencies['app']?.map(({ target }) => target)).toEqual(['web']);
  });

  it('follow a change of the first one alone, in the plan and in nx affected', async () => {
    const before = await digestOf('app');
    workspace.write('os/os.txt', 'os two');
    await workspace.commit('a change of os');
    const plan = await nx('run', 'tools:plan');
    expect(plan.output).toMatch(/app.*dependency changed: os/);
    expect(plan.output).toMatch(/web.*dependency changed: os/);
    expect(await nx('affected', '-t', 'publish', '--base=HEAD~1')).toMatchObject({ code: 0 });
    expect(await digestOf('app')).not.toBe(before);
    await expectChain('os two', 'web one', 'app one');
  });

  it('are not built, and get no tag, if their base fails', async () => {
    const before = await digestOf('app');
    writeNative('os', { layers: [{ from: 'os/missing', to: '/srv' }] });
    const { code, output } = await nx('run-many', '-t', 'publish');
    expect(code).toBe(1);
    expect(output).toContain('os/missing');
    expect(output).not.toMatch(/^app {2}sha256/m);
    expect(await digestOf('app')).toBe(before);
    await workspace.git('checkout', '-q', 'os/project.json');
  });

  it('are refused in a cycle, with the lines that make it', async () => {
    workspace.write('left/project.json', { name: 'left' });
    workspace.write('left/Dockerfile', `FROM ${names}/right\nCOPY Dockerfile /\n`);
    workspace.write('right/project.json', { name: 'right' });
    workspace.write('right/Dockerfile', `FROM scratch\nCOPY --from=${names}/left /Dockerfile /\n`);
    const { code, output } = await nx('run', 'left:image');
    expect(code).toBe(1);
    expect(output).toContain('it is based on itself: left → right → left.');
    expect(output).toContain(`left: left/Dockerfile:1 names ${names}/right, the image of right`);
    expect(output).toContain(`right: right/Dockerfile:2 names ${names}/left, the image of left`);
    expect(await nx('show', 'projects')).toMatchObject({ code: 0 });
  });
});
