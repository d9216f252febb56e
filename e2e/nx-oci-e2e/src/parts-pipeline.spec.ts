import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { describeWith } from '@nx-oci/model/testing';
import { parse } from 'yaml';

import { copyPackages } from './support/copy-packages';
import './support/long-timeout';
import { listTags } from './support/read-back';
import { startRegistryProgram, type RegistryProgram } from './support/registry-program';
import { run, runOrFail } from './support/run';
import { runWorkflow } from './support/run-workflow';
import { makeWorkspace, nxEnvironment, type TestWorkspace } from './support/test-workspace';

const PASSWORD = 'a-password-nobody-guesses-84';
const USER = `robot:${PASSWORD}`;
const BOTH = ['linux/amd64', 'linux/arm64'];

let workspace: TestWorkspace;
let registry: RegistryProgram;

/** An image of parts, and one without; this machine plays those of both platforms. */
beforeAll(async () => {
  workspace = await makeWorkspace();
  copyPackages(workspace);
  workspace.write('registries.yaml', {
    registries: { corp: { host: '${CORP_HOST}', namespace: 'team', auth: { username: '${CORP_USERNAME}', password: '${CORP_TOKEN}' } } },
  });
  for (const [project, more] of Object.entries({ api: { platforms: BOTH, parts: 'anywhere' }, web: {} })) {
    workspace.write(`apps/${project}/hello.txt`, `hello from ${project}\n`);
    const options = {
      engine: 'native',
      base: 'scratch',
      layers: [{ from: `apps/${project}`, to: '/srv' }],
      ...more,
    };
    workspace.write(`apps/${project}/project.json`, {
      name: project,
      targets: {
        image: { executor: 'nx-oci:build', inputs: ['default'], options },
        'image-test': { executor: 'nx-oci:test', options: { run: 'never', files: ['/srv/hello.txt'] }, dependsOn: ['image'] },
        publish: {
          executor: 'nx-oci:publish',
          dependsOn: project === 'api' ? ['image-*'] : ['image', 'image-test'],
          options: { tags: ['sha', 'latest'] },
        },
      },
    });
  }
  for (const provider of ['github', 'gitlab']) {
    const args = ['g', 'nx-oci:ci', `--provider=${provider}`, `--platforms=${BOTH.join(',')}`, '--no-interactive'];
    expect(await workspace.nx(args)).toMatchObject({ code: 0 });
  }
  await workspace.commit('what CI publishes');
  workspace.write('apps/api/hello.txt', 'hello again\n');
  workspace.write('apps/web/hello.txt', 'hello again\n');
  await workspace.commit('both');
});
afterAll(() => workspace.remove());

beforeEach(async () => {
  registry = await startRegistryProgram(workspace, USER);
});
afterEach(() => registry.stop());

const values = () => ({ variables: { CORP_HOST: registry.host, CORP_USERNAME: 'robot' }, secrets: { CORP_TOKEN: PASSWORD } });
const shortSha = () => workspace.git('rev-parse', '--short=7', 'HEAD');

async function expectPublished(): Promise<void> {
  const tags = [await shortSha(), 'latest'].sort();
  for (const project of ['api', 'web'])
    expect(await listTags({ host: registry.host, repository: `team/${project}`, user: USER })).toEqual(tags);
  const headers = { accept: 'application/vnd.oci.image.index.v1+json', authorization: `Basic ${Buffer.from(USER).toString('base64')}` };
  const answer = await fetch(`http://${registry.host}/v2/team/api/manifests/latest`, { headers });
  const { manifests } = (await answer.json()) as {
    readonly manifests: readonly { readonly platform: { readonly architecture: string } }[];
  };
  expect(manifests.map(({ platform }) => `linux/${platform.architecture}`)).toEqual(BOTH);
}

describeWith(['act', 'actionlint'], 'the workflow that makes each platform on a machine of its own', (things) => {
  it('passes actionlint', async () => {
    await runOrFail(things.tool('actionlint'), [], { cwd: workspace.root });
  });

  it('publishes one index of the parts that its jobs made, and the images without parts', async () => {
    const { code, output } = await runWorkflow(things.tool('act'), workspace, { name: 'push', ref: 'refs/heads/main' }, values());
    if (code !== 0) throw new Error(`act ended with ${code}:\n${output}`);
    expect(output).not.toContain(PASSWORD);
    await expectPublished();
  });
});

describe('the jobs for GitLab CI that make each platform on a machine of its own', () => {
  interface Job {
    readonly script: readonly string[];
    readonly needs?: readonly string[];
    readonly parallel?: { readonly matrix: readonly Readonly<Record<string, string>>[] };
    readonly artifacts: { readonly paths?: readonly string[] };
  }

  it('publish one index of the parts, and the images without parts', async () => {
    const pipeline = parse(readFileSync(join(workspace.root, '.gitlab-ci.yml'), 'utf8')) as Readonly<Record<string, Job>>;
    const { 'image-parts': parts, 'publish-images': publish } = pipeline;
    expect(publish?.needs).toEqual(['image-parts']);
    expect(parts?.artifacts.paths).toEqual(['dist/images']);
    rmSync(join(workspace.root, 'dist'), { recursive: true, force: true });
    for (const matrix of parts?.parallel?.matrix ?? []) await runScript(parts, matrix);
    await runScript(publish, {});
    await expectPublished();
  });

  /** Without the installation. */
  async function runScript(job: Job | undefined, env: NodeJS.ProcessEnv): Promise<void> {
    const { variables, secrets } = values();
    const pipeline = {
      GITLAB_CI: 'true',
      CI_PIPELINE_SOURCE: 'push',
      CI_DEFAULT_BRANCH: 'main',
      CI_COMMIT_BRANCH: 'main',
      CI_COMMIT_SHA: await workspace.git('rev-parse', 'HEAD'),
      CI_COMMIT_BEFORE_SHA: await workspace.git('rev-parse', 'HEAD~1'),
    };
    for (const script of job?.script.filter((line) => line.includes('nx ')) ?? []) {
      const { code, output } = await run('sh', ['-ec', script], {
        cwd: workspace.root,
        env: { ...nxEnvironment(workspace.root), ...variables, ...secrets, ...pipeline, ...env },
      });
      if (code !== 0) throw new Error(`the job ended with ${code}:\n${output}`);
    }
  }
});
