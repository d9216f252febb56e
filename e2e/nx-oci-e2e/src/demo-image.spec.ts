import { randomBytes } from 'node:crypto';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describeWith } from '@nx-oci/model/testing';

import { openDocker, type DockerClient } from './support/docker-client';
import { fetchPatiently } from './support/fetch-patiently';
import './support/long-timeout';
import { runOrFail } from './support/run';
import { sharedFolder } from './support/shared-folder';
import { makeWorkspace, type TestWorkspace } from './support/test-workspace';
import { WORKSPACE_ROOT } from './support/workspace-root';

const DEMO = 'e2e/demo';
const PROJECTS = ['web', 'api'] as const;
type Project = (typeof PROJECTS)[number];

// Their options and files are those of this workspace; a separate workspace builds and publishes them.
describeWith(['docker', 'distribution-3'], 'the images of the demo', (things) => {
  const { host } = things.server('distribution-3');
  const namespace = `e2e-${randomBytes(4).toString('hex')}`;
  let workspace: TestWorkspace;
  let engine: DockerClient;
  const containers: string[] = [];

  const digestOf = (project: Project) => {
    const report = readFileSync(join(workspace.root, 'dist/images', project, 'report.json'), 'utf8');
    return (JSON.parse(report) as { readonly digest: string }).digest;
  };
  const imageOf = (project: Project) => `${host}/${namespace}/${project}@${digestOf(project)}`;

  /** Starts a published image. @returns its address on this machine */
  const start = async (project: Project): Promise<{ readonly container: string; readonly url: string }> => {
    const container = await engine.docker('run', '--detach', '--quiet', '--publish=127.0.0.1::8080', imageOf(project));
    containers.push(container);
    return { container, url: `http://${await engine.docker('port', container, '8080/tcp')}/` };
  };

  beforeAll(async () => {
    engine = openDocker(things.server('docker').dockerHost);
    await buildDemoFiles();
    workspace = await makeWorkspace();
    cpSync(join(WORKSPACE_ROOT, 'dist', DEMO), join(workspace.root, 'dist', DEMO), { recursive: true });
    for (const project of PROJECTS) workspace.write(`${project}/project.json`, describeProject(project));
    workspace.write('registries.yaml', `registries:\n  real: { host: "${host}", namespace: ${namespace} }\n`);
    await workspace.commit('the demo');
    const { code, output } = await workspace.nx(['run-many', '-t', 'publish']);
    if (code !== 0) throw new Error(output);
  });

  afterAll(async () => {
    for (const container of containers) await engine.docker('rm', '--force', container);
    for (const project of PROJECTS) await engine.docker('image', 'rm', imageOf(project));
    workspace.remove();
  });

  it('serves the page of `web` when Docker Engine runs it', async () => {
    const { url } = await start('web');

    const answer = await fetchPatiently(url);

    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(await answer.text()).toBe(readFileSync(join(WORKSPACE_ROOT, 'dist', DEMO, 'web/site/index.html'), 'utf8'));
  });

  it('greets as `api`, and stops at once on SIGTERM', async () => {
    const { container, url } = await start('api');

    const answer = await fetchPatiently(url);
    expect(await answer.json()).toEqual({ greeting: expect.stringMatching(/^Hello, .+!/) });

    // A container that does not stop within ten seconds is killed, and ends with 137.
    await engine.docker('stop', container);
    expect(await engine.docker('inspect', '--format={{.State.ExitCode}}', container)).toBe('0');
  });
});

/** Makes what goes into the images: the site, its server, the bundled API and the Node that runs it. */
async function buildDemoFiles(): Promise<void> {
  const nx = join(WORKSPACE_ROOT, 'node_modules/.bin/nx');
  const env = {
    NX_DAEMON: 'false',
    NX_SKIP_NATIVE_FILE_CACHE: 'true',
    NX_NO_CLOUD: 'true',
    NX_CACHE_DIRECTORY: join(sharedFolder(), 'demo-cache'),
  };
  await runOrFail(nx, ['run-many', '-t', 'bundle,server,runtime', '-p', PROJECTS.join(',')], { cwd: WORKSPACE_ROOT, env });
}

/** The demo's own image options, in a project of another workspace. */
function describeProject(name: Project): object {
  const demo = JSON.parse(readFileSync(join(WORKSPACE_ROOT, DEMO, name, 'project.json'), 'utf8'));
  const { executor, options, outputs } = demo.targets.image;
  return {
    name,
    targets: {
      image: { executor, options, outputs, cache: false },
      publish: { executor: 'nx-oci:publish', dependsOn: ['image'], cache: false },
    },
  };
}
