import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { describeWith } from '@nx-oci/model/testing';

import { killProcess, parentOf } from './support/end-process';
import './support/long-timeout';
import { watchPublishProcesses, type PublishProcesses } from './support/publish-processes';
import { listTags, readImage } from './support/read-back';
import { startRecordingProxy, uploadedBlobs, writingRequests, type RecordingProxy, type SeenRequest } from './support/recording-proxy';
import { type Outcome, runOrFail } from './support/run';
import { makeWorkspace, type TestWorkspace } from './support/test-workspace';

const TRIO = ['api', 'docs', 'web'] as const;
const TEN = Array.from({ length: 10 }, (_, index) => `service-${index}`);
const WAYS = [
  { NX_BATCH_MODE: 'true', parallel: 1 },
  { NX_BATCH_MODE: 'true', parallel: 8 },
  { NX_BATCH_MODE: 'false', parallel: 1 },
  { NX_BATCH_MODE: 'false', parallel: 8 },
] as const;

describeWith(['distribution-3', 'skopeo', 'crane'], 'all images of a run, or none', (things) => {
  const namespace = `all-or-none-${randomBytes(4).toString('hex')}`;
  let workspace: TestWorkspace;
  let proxy: RecordingProxy;
  let processes: PublishProcesses;

  beforeAll(async () => {
    proxy = await startRecordingProxy(things.server('distribution-3').host);
    workspace = await makeWorkspace();
    mkdirSync(join(workspace.root, '.caches'));
    processes = watchPublishProcesses(join(workspace.root, '.caches'));
    writeRegistries('');
    workspace.write('prepare.mjs', 'process.exit(process.env.BREAK === process.argv[2] ? 1 : 0);\n');
    workspace.write('deploy.mjs', DEPLOY);
    for (const name of [...TRIO, ...TEN]) writeProject(name);
    await workspace.commit('thirteen projects');
    expect(await publish(TRIO)).toMatchObject({ code: 0 });
  });

  afterAll(async () => {
    await proxy.stop();
    workspace.remove();
  });

  beforeEach(() => {
    processes.take();
    proxy.takeRequests();
  });

  function writeRegistries(more: string): void {
    workspace.write(
      'registries.yaml',
      `registries: { real: { host: "${proxy.host}", namespace: ${namespace} } }\npublish: { registries: [real], tags: [sha, latest]${more} }\n`,
    );
  }

  function writeProject(name: string): void {
    workspace.write(`${name}/files/text.txt`, name);
    workspace.write(`${name}/project.json`, {
      name,
      targets: {
        prepare: { command: `node prepare.mjs ${name}` },
        image: {
          executor: 'nx-oci:build',
          dependsOn: ['prepare'],
          options: {
            layers: [
              { from: `${name}/files`, to: '/srv' },
              { from: `${name}/project.json`, to: '/etc/project' },
            ],
          },
        },
        publish: { executor: 'nx-oci:publish', dependsOn: ['image'] },
        deploy: { command: `node deploy.mjs ${name}`, dependsOn: ['publish'] },
      },
    });
  }

  const nx = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> => workspace.nx(args, { ...processes.env, ...env });
  const publish = (projects: readonly string[], args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Outcome> =>
    nx(['run-many', '-t', 'publish', `--projects=${projects.join(',')}`, ...args], env);
  const placeOf = (project: string) => ({ host: proxy.host, repository: `${namespace}/${project}` });
  const latestOf = (projects: readonly string[]) =>
    Promise.all(projects.map(async (project) => (await readImage(placeOf(project), 'latest')).digest));
  const runsFolder = () => join(workspace.root, '.nx/workspace-data/nx-oci/runs');

  /** Commits a change of each project. @returns the tag of the commit */
  async function change(projects: readonly string[]): Promise<string> {
    for (const project of projects) workspace.write(`${project}/files/text.txt`, `${project} ${randomBytes(8).toString('hex')}`);
    return (await workspace.commit('a change')).slice(0, 7);
  }

  /** Reads every image completely, which fails when a blob is missing, and compares its tags. */
  async function expectPublished(projects: readonly string[], sha: string): Promise<void> {
    for (const project of projects) {
      const { digest, config } = await readImage(placeOf(project), sha);
      expect((await readImage(placeOf(project), 'latest')).digest).toBe(digest);
      expect(config.config?.Labels?.['dev.nx-oci.project']).toBe(project);
    }
  }

  /** Fails if these requests uploaded a blob more than once. */
  function expectSentOnce(requests: readonly SeenRequest[]): void {
    const sent = uploadedBlobs(requests);
    expect(sent.length).toBeGreaterThan(0);
    expect(sent).toEqual([...new Set(sent)]);
  }

  it.each(WAYS)(
    'moves no tag when one cannot be built ($NX_BATCH_MODE, $parallel), and finishes when run again',
    async ({ parallel, NX_BATCH_MODE }) => {
      const sha = await change(TRIO);
      const before = await latestOf(TRIO);
      proxy.takeRequests();

      const broken = await publish(TRIO, [`--parallel=${parallel}`], { NX_BATCH_MODE, BREAK: 'web' });
      const first = proxy.takeRequests();

      expect(broken.code).not.toBe(0);
      expect(await latestOf(TRIO)).toEqual(before);
      for (const project of TRIO) expect(await listTags(placeOf(project))).not.toContain(sha);

      proxy.takeRequests();
      expect(await publish(TRIO, [`--parallel=${parallel}`], { NX_BATCH_MODE })).toMatchObject({ code: 0 });
      expectSentOnce([...first, ...proxy.takeRequests()]);
      await expectPublished(TRIO, sha);
      expect(readdirSync(runsFolder())).toEqual([]);
    },
  );

  it.each(WAYS.slice(1, 3))(
    'moves no tag when a process is killed while it uploads ($NX_BATCH_MODE, $parallel)',
    async ({ parallel, NX_BATCH_MODE }) => {
      const sha = await change(TRIO);
      const before = await latestOf(TRIO);
      proxy.takeRequests();

      const sending = proxy.holdNext(new RegExp(`^PUT .*${namespace}/web/blobs/uploads/`));
      const run = publish(TRIO, [`--parallel=${parallel}`], { NX_BATCH_MODE });
      await sending;
      await killProcess(processes.take().at(-1)!);
      const killed = await run;
      const first = proxy.takeRequests();

      expect(killed.code).not.toBe(0);
      expect(await latestOf(TRIO)).toEqual(before);
      for (const project of TRIO) expect(await listTags(placeOf(project))).not.toContain(sha);

      proxy.takeRequests();
      expect(await publish(TRIO)).toMatchObject({ code: 0 });
      expectSentOnce([...first, ...proxy.takeRequests()]);
      await expectPublished(TRIO, sha);
    },
  );

  it('leaves no floating tag on an incomplete image when a process is killed while it sets tags', async () => {
    const sha = await change(TRIO);
    const before = await latestOf(TRIO);

    const tagging = proxy.holdNext(new RegExp(`^PUT .*${namespace}/web/manifests/latest`));
    const run = publish(TRIO);
    await tagging;
    await killProcess(processes.take().at(-1)!);
    const killed = await run;

    expect(killed.code).not.toBe(0);
    expect(killed.output).toContain('the run was stopped while setting tags of');
    const after = await latestOf(TRIO);
    const wanted = await Promise.all(TRIO.map(async (project) => (await readImage(placeOf(project), sha)).digest));
    for (const [index, digest] of after.entries()) expect([before[index], wanted[index]]).toContain(digest);
    expect(after[2]).toBe(before[2]);

    proxy.takeRequests();
    expect(await publish(TRIO)).toMatchObject({ code: 0 });
    const written = writingRequests(proxy.takeRequests());
    expect(uploadedBlobs(written)).toEqual([]);
    expect(written.map(({ path }) => path)).toContainEqual(expect.stringContaining('web/manifests/latest'));
    expect(written.map(({ path }) => path)).not.toContainEqual(expect.stringContaining(`manifests/${sha}`));
    await expectPublished(TRIO, sha);
  });

  it('cancels its uploads and moves no tag on Ctrl-C', async () => {
    const sha = await change(TRIO);
    const before = await latestOf(TRIO);
    proxy.takeRequests();

    const sending = proxy.holdNext(new RegExp(`^PUT .*${namespace}/web/blobs/uploads/`));
    const run = publish(TRIO);
    await sending;
    process.kill(Number(parentOf(processes.take().at(-1)!)), 'SIGINT');
    // Nx itself reports nothing after a signal.
    await run.catch((error: unknown) => error);

    expect(openUploads(proxy.takeRequests())).toEqual([]);
    expect(await latestOf(TRIO)).toEqual(before);
    expect(await publish(TRIO)).toMatchObject({ code: 0 });
    await expectPublished(TRIO, sha);
  });

  it('gives each of ten projects its own label, in ten processes at once', async () => {
    const { code } = await publish(TEN, ['--parallel=10'], { NX_BATCH_MODE: 'false' });
    expect(code).toBe(0);
    expect(processes.take()).toHaveLength(10);
    for (const project of TEN) {
      const name = `${proxy.host}/${namespace}/${project}:latest`;
      const bySkopeo = await runOrFail(things.tool('skopeo'), ['inspect', '--tls-verify=false', `docker://${name}`], {
        cwd: workspace.root,
      });
      const byCrane = await runOrFail(things.tool('crane'), ['config', '--insecure', name], { cwd: workspace.root });
      expect(JSON.parse(bySkopeo)).toMatchObject({ Labels: { 'dev.nx-oci.project': project } });
      expect(JSON.parse(byCrane)).toMatchObject({ config: { Labels: { 'dev.nx-oci.project': project } } });
    }
  });

  it("sets an image's tags before a deployment that depends on it starts, whatever the others do", async () => {
    const sha = await change(TRIO);
    const { code, output } = await nx(['run-many', '-t', 'deploy', `--projects=${TRIO.join(',')}`, '--parallel=3'], {
      NX_BATCH_MODE: 'false',
      REGISTRY: `http://${proxy.host}/v2/${namespace}`,
    });
    expect({ code, output }).toMatchObject({ code: 0 });
    await expectPublished(TRIO, sha);
  });

  it('publishes the others when one cannot be built, with onFailure: continue', async () => {
    writeRegistries(', onFailure: continue');
    const sha = await change(TRIO);
    const [, , web] = await latestOf(TRIO);

    const broken = await publish(TRIO, [], { BREAK: 'web', NX_BATCH_MODE: 'false' });

    expect(broken.code).not.toBe(0);
    await expectPublished(['api', 'docs'], sha);
    expect((await latestOf(TRIO))[2]).toBe(web);
    expect(JSON.parse(readFileSync(join(workspace.root, 'dist/images/api/report.json'), 'utf8'))).toMatchObject({ outcome: 'published' });
  });
});

/** Fails unless `latest` has the digest of the project's report. */
const DEPLOY = `import { readFileSync } from 'node:fs';
const project = process.argv[2];
const { digest } = JSON.parse(readFileSync(\`dist/images/\${project}/report.json\`, 'utf8'));
const accept = 'application/vnd.oci.image.manifest.v1+json';
const answer = await fetch(\`\${process.env.REGISTRY}/\${project}/manifests/latest\`, { method: 'HEAD', headers: { accept } });
if (answer.headers.get('docker-content-digest') !== digest) throw new Error(\`\${project}:latest is not \${digest}\`);
`;

/**
 * Requests to upload sessions that received bytes of a blob, and neither completed nor were cancelled. A session that is already
 * gone when it is cancelled did complete: the client just did not wait for the response.
 */
function openUploads(requests: readonly SeenRequest[]): readonly SeenRequest[] {
  const sessions = requests
    .filter(({ method, path }) => method === 'PUT' && path.includes('/blobs/uploads/'))
    .map(({ path }) => sessionOf(path));
  const ended = requests.filter(
    ({ method, path, status }) =>
      path.includes('/blobs/uploads/') &&
      ((method === 'PUT' && status === 201) || (method === 'DELETE' && (status === 204 || status === 404))),
  );
  const open = sessions.filter((session) => !ended.some(({ path }) => sessionOf(path) === session));
  return requests.filter(({ path }) => open.some((session) => path.includes(session)));
}

function sessionOf(path: string): string {
  return /\/blobs\/uploads\/([^/?]+)/.exec(path)![1]!;
}
