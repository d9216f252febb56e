import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readImage } from './support/read-back';
import { startRegistryProgram, type RegistryProgram } from './support/registry-program';
import { encodingsOf } from './support/secret-encodings';
import { makeWorkspace, type TestWorkspace } from './support/test-workspace';

const SECRET = 'a-password-nobody-guesses-57';
const PROJECTS = ['api', 'web'];

let workspace: TestWorkspace;
let registry: RegistryProgram;
let folder: string;

beforeAll(async () => {
  workspace = await makeWorkspace();
  registry = await startRegistryProgram(workspace, `robot:${SECRET}`);
  workspace.write('registries.yaml', {
    registries: { corp: { host: registry.host, namespace: 'team', auth: { username: 'robot', password: '${CORP_PASSWORD}' } } },
  });
  for (const project of PROJECTS) {
    workspace.write(`apps/${project}/files/hello.txt`, `hello from ${project}\n`);
    workspace.write(`apps/${project}/project.json`, {
      name: project,
      targets: {
        image: {
          executor: 'nx-oci:build',
          options: { engine: 'native', base: 'scratch', layers: [{ from: `apps/${project}/files`, to: '/srv' }] },
        },
        publish: { executor: 'nx-oci:publish', dependsOn: ['image'], options: { tags: ['sha', 'latest'] } },
      },
    });
  }
});

afterAll(async () => {
  await registry.stop();
  workspace.remove();
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nx-oci-report-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const pathOf = (name: string) => join(folder, name);
const readJson = (file: string) => JSON.parse(readFileSync(join(workspace.root, file), 'utf8')) as Readonly<Record<string, unknown>>;

/** Publishes everything under the environment variables of a CI system. */
async function publish(env: NodeJS.ProcessEnv, ...words: readonly string[]): Promise<string> {
  const { code, output } = await workspace.nx(['run-many', '-t', 'publish', ...words], { CORP_PASSWORD: SECRET, ...env });
  if (code !== 0) throw new Error(`nx ended with ${code}:\n${output}`);
  return output;
}

/** The outputs of a step, parsed as GitHub does. */
function readOutputs(file: string): Readonly<Record<string, string>> {
  const text = readFileSync(file, 'utf8');
  return Object.fromEntries([...text.matchAll(/^([\w-]+)<<(.+)\n([^]*?)\n\2$/gm)].map(([, name = '', , value = '']) => [name, value]));
}

const github = () => ({ GITHUB_ACTIONS: 'true', GITHUB_OUTPUT: pathOf('output'), GITHUB_STEP_SUMMARY: pathOf('summary') });

// Nx runs publishes as one batch, or each in its own process: the reports must not depend on that.
describe.each([
  ['in one batch', 'true'],
  ['in separate processes', 'false'],
])('two images, published %s', (_how, batch) => {
  it('are reported once each in GitHub Actions, with digests that the registry confirms, and no secret', async () => {
    await workspace.commit(`published with NX_BATCH_MODE=${batch}`);
    const output = await publish({ ...github(), NX_BATCH_MODE: batch });

    const outputs = readOutputs(pathOf('output'));
    for (const project of PROJECTS) {
      const { digest } = await readImage({ host: registry.host, repository: `team/${project}`, user: `robot:${SECRET}` }, 'latest');
      expect(outputs).toMatchObject({ [`${project}-digest`]: digest, [`${project}-repository`]: `team/${project}` });
      expect(readJson(`dist/images/${project}/report.json`)).toMatchObject({ outcome: 'published', digest });
      // In the table, even if Nx hides the output of a task.
      expect(output.match(new RegExp(`^${registry.host}/team/${project} `, 'gm'))).toHaveLength(1);
    }
    expect(outputs).toMatchObject({ outcome: 'published', hosts: JSON.stringify({ corp: registry.host }) });
    expect(readJson('dist/images/run-report.json')).toMatchObject({
      outcome: 'published',
      images: [{ project: 'api' }, { project: 'web' }],
    });

    const summary = readFileSync(pathOf('summary'), 'utf8');
    expect(summary.match(/^### Images published$/gm)).toHaveLength(1);
    expect(summary.match(/^\| `[^`]+\/team\/(?:api|web)` \|/gm)).toHaveLength(2);

    const texts = [output, summary, readFileSync(pathOf('output'), 'utf8'), JSON.stringify(readJson('dist/images/run-report.json'))];
    expect(encodingsOf(SECRET).filter((form) => texts.some((text) => text.includes(form)))).toEqual([]);
  });
});

it('leaves a dotenv report for GitLab that a shell can read', async () => {
  await publish({ GITLAB_CI: 'true' });
  const lines = readFileSync(join(workspace.root, 'dist/images/publish.env'), 'utf8').trim().split('\n');
  const { digest } = readJson('dist/images/api/report.json');
  expect(lines).toContain('NX_OCI_OUTCOME=upToDate');
  expect(lines).toContain(`API_IMAGE=${registry.host}/team/api@${String(digest)}`);
});

it('are planned without writing anything, from a built image and without an engine', async () => {
  await workspace.commit('to be planned');
  await registry.takeRequests();
  const output = await publish({ ...github(), DOCKER_HOST: 'unix:///nowhere/docker.sock', NX_DRY_RUN: 'true' });
  expect(output).toMatch(new RegExp(`${registry.host}/team/api:latest +move +sha256:\\w+ → sha256:\\w+\n`));
  expect(output).toContain('Dry run: nothing was written.');
  const requests = await registry.takeRequests();
  expect(requests.filter((request) => /^(?:GET|HEAD) /.test(request)).length).toBeGreaterThan(0);
  expect(requests.filter((request) => !/^(?:GET|HEAD) /.test(request))).toEqual([]);
  expect(existsSync(pathOf('output'))).toBe(false);
});
