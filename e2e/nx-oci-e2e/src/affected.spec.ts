import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import './support/long-timeout';
import { watchPublishProcesses, type PublishProcesses } from './support/publish-processes';
import { listTags, readImage } from './support/read-back';
import { startRegistryProgram, type RegistryProgram } from './support/registry-program';
import { type Outcome } from './support/run';
import { makeWorkspace, type TestWorkspace } from './support/test-workspace';

const PROJECTS = ['api', 'web', 'docs'] as const;
type Project = (typeof PROJECTS)[number];

const SLOW = '3000';
const [RIGHT, WRONG] = ['the-right-password', 'a-wrong-password'];

let workspace: TestWorkspace;
let open: RegistryProgram;
let guarded: RegistryProgram;
let processes: PublishProcesses;

beforeAll(async () => {
  workspace = await makeWorkspace();
  mkdirSync(join(workspace.root, '.caches'));
  processes = watchPublishProcesses(join(workspace.root, '.caches'));
  [open, guarded] = await Promise.all([startRegistryProgram(workspace), startRegistryProgram(workspace, `e2e:${RIGHT}`)]);
  workspace.write(
    'registries.yaml',
    `registries:
  open: { host: "${open.host}", namespace: team }
  guarded: { host: "${guarded.host}", namespace: team, auth: { username: e2e, password: "\${GUARDED_PASSWORD}" } }
publish: { registries: [open], tags: [sha, latest] }
`,
  );
  // Controlled by the environment, so that the same commit can succeed or fail.
  workspace.write(
    'prepare.mjs',
    "const { [`SLOW_${process.argv[2]}`]: ms = '0', BREAK } = process.env;\nsetTimeout(() => process.exit(BREAK === process.argv[2] ? 1 : 0), Number(ms));\n",
  );
  for (const name of PROJECTS) writeProject(name);
  await workspace.commit('three projects');
  expect(await nx(['run-many', '-t', 'publish'])).toMatchObject({ code: 0 });
});

afterAll(async () => {
  await Promise.all([open.stop(), guarded.stop()]);
  workspace.remove();
});

beforeEach(() => processes.take());

describe('nx affected -t publish', () => {
  it('publishes the two changed projects of three, in one process when their images come from the cache', async () => {
    const docs = await readTags('docs');
    const sha = await change('api', 'web');
    await buildAffected();

    const { code, output } = await publishAffected();

    expect(output).not.toContain('Staged');
    expect(code).toBe(0);
    expect(processes.take()).toHaveLength(1);
    await expectPublished(sha, 'api', 'web');
    expect(await readTags('docs')).toEqual(docs);
  });

  it('tags both with the last image when one is ready later and Nx uses two processes', async () => {
    const docs = await readTags('docs');
    const sha = await change('api', 'web');
    await open.takeRequests();

    const { code, output } = await publishAffected({ SLOW_web: SLOW });

    expect(output).toContain('api: Staged, 1 of 2; tags move with the last image (waiting for web:publish).');
    expect(code).toBe(0);
    expect(processes.take()).toHaveLength(2);
    const writes = (await open.takeRequests()).filter((request) => /^P(?:UT|OST) /.test(request));
    const isTag = (request: string) => /\/manifests\/(?!sha256:)/.test(request);
    expect(writes.filter(isTag)).toHaveLength(4);
    expect(writes.slice(-4).every(isTag)).toBe(true);
    await expectPublished(sha, 'api', 'web');
    expect(await readTags('docs')).toEqual(docs);
  });

  it('uses one process per task with NX_BATCH_MODE=false, and still tags all together', async () => {
    const sha = await change('api', 'web');

    const { code } = await publishAffected({ NX_BATCH_MODE: 'false' });

    expect(code).toBe(0);
    expect(processes.take()).toHaveLength(2);
    await expectPublished(sha, 'api', 'web');
  });
});

describe('nx affected -t publish, when one image fails', () => {
  it('moves no tag of the other image when a build failed, and finishes when run again', async () => {
    const sha = await change('api', 'web');
    const before = await readTags('api');

    const broken = await publishAffected({ SLOW_web: SLOW, BREAK: 'web' });

    expect(broken.output).toContain('api: Staged, 1 of 2');
    expect(broken.output).toContain('No tag has moved: web:prepare failed');
    expect(broken.code).toBe(1);
    expect(await readTags('api')).toEqual(before);

    expect(await publishAffected()).toMatchObject({ code: 0 });
    await expectPublished(sha, 'api', 'web');
  });

  it('moves no tag of the other image when a publish failed in the same process', async () => {
    const sha = await changeWithGuardedWeb();
    await buildAffected();

    const broken = await expectNothingMoved({});

    expect(processes.take()).toHaveLength(1);
    expect(broken).toContain('Not published: web failed, and a run tags all of its images or none.');
    await expectRepaired(sha);
  });

  it('moves no tag of the other image when a publish failed after it', async () => {
    const sha = await changeWithGuardedWeb();

    const broken = await expectNothingMoved({ SLOW_web: SLOW });

    expect(broken).toContain('api: Staged, 1 of 2');
    expect(broken).toContain('No tag has moved: web:publish failed');
    await expectRepaired(sha);
  });

  it('moves no tag of the other image when a publish failed before it', async () => {
    const sha = await changeWithGuardedWeb();

    const broken = await expectNothingMoved({ SLOW_api: SLOW });

    expect(broken).toContain('Staged, but no tag has moved: web:publish failed');
    await expectRepaired(sha);
  });

  /** From now on `web` is also published to a second registry, whose password decides whether that succeeds. */
  function changeWithGuardedWeb(): Promise<string> {
    writeProject('web', ['open', 'guarded']);
    return change('api', 'web');
  }

  async function expectNothingMoved(env: NodeJS.ProcessEnv): Promise<string> {
    const before = await readTags('api');
    const { code, output } = await publishAffected({ ...env, GUARDED_PASSWORD: WRONG });
    expect(output).toContain(`${guarded.host} did not accept the credentials`);
    expect(code).toBe(1);
    expect(await readTags('api')).toEqual(before);
    return output;
  }

  async function expectRepaired(sha: string): Promise<void> {
    expect(await publishAffected({ GUARDED_PASSWORD: RIGHT })).toMatchObject({ code: 0 });
    await expectPublished(sha, 'api', 'web');
  }
});

function nx(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  return workspace.nx(args, { ...processes.env, ...env });
}

function publishAffected(env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  return nx(['affected', '-t', 'publish', '--base=HEAD~1'], env);
}

function buildAffected(): Promise<Outcome> {
  return nx(['affected', '-t', 'image', '--base=HEAD~1']);
}

/** Commits a change of each project. @returns the tag of the commit */
async function change(...projects: readonly Project[]): Promise<string> {
  const stamp = `changed at ${process.hrtime.bigint()}`;
  for (const project of projects) workspace.write(`${project}/files/text.txt`, `${project} ${stamp}`);
  return (await workspace.commit('a change')).slice(0, 7);
}

function writeProject(name: Project, registries?: readonly string[]): void {
  workspace.write(`${name}/files/text.txt`, name);
  workspace.write(`${name}/project.json`, {
    name,
    targets: {
      prepare: { command: `node prepare.mjs ${name}`, cache: true, inputs: ['default'] },
      image: {
        executor: 'nx-oci:build',
        dependsOn: ['prepare'],
        cache: true,
        inputs: ['default', '^default'],
        outputs: ['blobs', 'image.json', 'index.json', 'oci-layout'].map((file) => `{workspaceRoot}/dist/images/{projectName}/${file}`),
        options: { layers: [{ from: `${name}/files`, to: '/srv' }] },
      },
      publish: { executor: 'nx-oci:publish', dependsOn: ['image'], cache: false, options: { registries } },
    },
  });
}

/** Every tag of a project's repository, with the digest that it points at. */
async function readTags(project: Project): Promise<Readonly<Record<string, string>>> {
  const place = { host: open.host, repository: `team/${project}` };
  const tags = await listTags(place);
  return Object.fromEntries(await Promise.all(tags.map(async (tag) => [tag, (await readImage(place, tag)).digest] as const)));
}

/** The tags of the commit and `latest` are one image, which holds the project's current file. */
async function expectPublished(sha: string, ...projects: readonly Project[]): Promise<void> {
  for (const project of projects) await expectOnePublished(project, sha);
}

async function expectOnePublished(project: Project, sha: string): Promise<void> {
  const { [sha]: digest, latest } = await readTags(project);
  expect(digest).toMatch(/^sha256:/);
  expect(latest).toBe(digest);
  const { layers, config } = await readImage({ host: open.host, repository: `team/${project}` }, sha);
  expect(config.config?.Labels).toMatchObject({ 'dev.nx-oci.project': project });
  expect(layers.map((layer) => gunzipSync(layer).toString('utf8')).join('')).toContain(`${project} changed at `);
}
