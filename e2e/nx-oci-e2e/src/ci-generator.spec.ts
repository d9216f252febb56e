import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describeWith } from '@nx-oci/model/testing';

import { copyPackages } from './support/copy-packages';
import { listTags, readImage } from './support/read-back';
import { startRegistryProgram, type RegistryProgram } from './support/registry-program';
import { run, runOrFail } from './support/run';
import { runWorkflow, type WorkflowEvent } from './support/run-workflow';
import { makeWorkspace, nxEnvironment, type TestWorkspace } from './support/test-workspace';

const SECRET = 'a-password-nobody-guesses-83';
const USER = `robot:${SECRET}`;

let workspace: TestWorkspace;
let registry: RegistryProgram;

/** Two images; the last commit has changed `web` alone. */
beforeAll(async () => {
  workspace = await makeWorkspace();
  copyPackages(workspace);
  workspace.write('registries.yaml', {
    registries: { corp: { host: '${CORP_HOST}', namespace: 'team', auth: { username: '${CORP_USERNAME}', password: '${CORP_TOKEN}' } } },
  });
  for (const project of ['api', 'web']) {
    workspace.write(`apps/${project}/hello.txt`, `hello from ${project}\n`);
    workspace.write(`apps/${project}/project.json`, {
      name: project,
      targets: {
        image: {
          executor: 'nx-oci:build',
          options: { engine: 'native', base: 'scratch', layers: [{ from: `apps/${project}`, to: '/srv' }] },
        },
        publish: { executor: 'nx-oci:publish', dependsOn: ['image'], options: { tags: ['sha', 'version', 'latest'] } },
      },
    });
  }
  for (const provider of ['github', 'gitlab']) {
    const { code, output } = await workspace.nx(['g', 'nx-oci:ci', `--provider=${provider}`, '--no-interactive']);
    expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(/CORP_TOKEN +password of corp/) });
  }
  await workspace.commit('what CI publishes');
  workspace.write('apps/web/hello.txt', 'hello again\n');
  await workspace.commit('web alone');
});

afterAll(() => workspace.remove());

// Each CI system starts with an empty registry.
function startWith(): void {
  beforeAll(async () => {
    registry = await startRegistryProgram(workspace, USER);
  });
  afterAll(() => registry.stop());
}

const values = () => ({ variables: { CORP_HOST: registry.host, CORP_USERNAME: 'robot' }, secrets: { CORP_TOKEN: SECRET } });
const repository = (project: string) => ({ host: registry.host, repository: `team/${project}`, user: USER });
const shortSha = () => workspace.git('rev-parse', '--short=7', 'HEAD');

describeWith(['act', 'actionlint'], 'the workflow for GitHub Actions, run by act', (things) => {
  startWith();

  async function act(event: WorkflowEvent): Promise<void> {
    const { code, output } = await runWorkflow(things.tool('act'), workspace, event, values());
    if (code !== 0) throw new Error(`act ended with ${code}:\n${output}`);
    expect(output).not.toContain(SECRET);
  }

  it('passes actionlint', async () => {
    await runOrFail(things.tool('actionlint'), [], { cwd: workspace.root });
  });

  it('publishes what a push changed, and nothing else', async () => {
    await act({ name: 'push', ref: 'refs/heads/main' });
    expect(await listTags(repository('web'))).toEqual([await shortSha(), 'latest'].sort());
    expect((await readImage(repository('web'), 'latest')).config.config?.Labels).toMatchObject({
      'org.opencontainers.image.revision': await workspace.git('rev-parse', 'HEAD'),
    });
    expect(await listTags(repository('api'))).toEqual([]);
  });

  it('publishes every image of a release when its tag is pushed', async () => {
    await workspace.git('tag', 'v1.2.3');
    await act({ name: 'push', ref: 'refs/tags/v1.2.3' });
    for (const project of ['api', 'web'])
      expect(await listTags(repository(project))).toEqual([await shortSha(), 'latest', 'v1.2.3'].sort());
    await workspace.git('tag', '--delete', 'v1.2.3');
  });
});

describe('the job for GitLab CI, run by a shell', () => {
  startWith();

  /** The part after the installation, in the environment of a pipeline. */
  async function runJob(env: NodeJS.ProcessEnv): Promise<void> {
    const pipelineFile = readFileSync(join(workspace.root, '.gitlab-ci.yml'), 'utf8');
    const script = /^ {4}- \|\n((?: {6}.*\n)+)/m.exec(pipelineFile)![1]!;
    const { variables, secrets } = values();
    const pipeline = {
      GITLAB_CI: 'true',
      CI_PIPELINE_SOURCE: 'push',
      CI_DEFAULT_BRANCH: 'main',
      CI_COMMIT_SHA: await workspace.git('rev-parse', 'HEAD'),
    };
    const { code, output } = await run('sh', ['-ec', script], {
      cwd: workspace.root,
      env: { ...nxEnvironment(workspace.root), ...variables, ...secrets, ...pipeline, ...env },
    });
    if (code !== 0) throw new Error(`the job ended with ${code}:\n${output}`);
  }

  it('publishes what a push changed, and nothing else', async () => {
    await runJob({ CI_COMMIT_BRANCH: 'main', CI_COMMIT_BEFORE_SHA: await workspace.git('rev-parse', 'HEAD~1') });
    expect(await listTags(repository('web'))).toEqual([await shortSha(), 'latest'].sort());
    expect(await listTags(repository('api'))).toEqual([]);
    expect(readFileSync(join(workspace.root, 'dist/images/publish.env'), 'utf8')).toContain(`WEB_IMAGE=${registry.host}/team/web@sha256:`);
  });

  it('publishes every image when there was no commit before', async () => {
    await runJob({ CI_COMMIT_BRANCH: 'main', CI_COMMIT_BEFORE_SHA: '0'.repeat(40) });
    expect(await listTags(repository('api'))).toEqual([await shortSha(), 'latest'].sort());
  });
});
