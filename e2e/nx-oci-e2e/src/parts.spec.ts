import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describeWith } from '@nx-oci/model/testing';

import './support/long-timeout';
import { listTags } from './support/read-back';
import { run, runOrFail, type Outcome } from './support/run';
import { makeWorkspace, nxEnvironment, type TestWorkspace } from './support/test-workspace';

const BOTH = ['linux/amd64', 'linux/arm64'];
const OWN = process.arch === 'arm64' ? 'linux-arm64' : 'linux-amd64';
const FOREIGN = process.arch === 'arm64' ? 'linux-amd64' : 'linux-arm64';

interface Index {
  readonly mediaType: string;
  readonly manifests: readonly { readonly platform: { readonly os: string; readonly architecture: string } }[];
  readonly annotations: Readonly<Record<string, string>>;
}

/** A machine of its own: a clone of the repository, with its own cache of Nx. */
interface Machine {
  readonly root: string;
  nx(...args: readonly string[]): Promise<Outcome>;
  remove(): void;
}

async function makeMachine({ root: origin }: TestWorkspace): Promise<Machine> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'nx-oci-machine-')));
  await runOrFail('git', ['clone', '-q', origin, root], { cwd: origin });
  // Nx finds its plugins beside the workspace; a link is enough, since nothing is installed.
  await runOrFail('cp', ['-al', join(origin, 'node_modules'), root], { cwd: origin });
  return {
    root,
    nx: (...args) => run(join(root, 'node_modules/.bin/nx'), args, { cwd: root, env: nxEnvironment(root) }),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** What an artifact carries from job to job. */
function carry(part: string, from: Machine, to: Machine, projects = ['api', 'web']): void {
  for (const project of projects) {
    const folder = join('dist/images', project, part);
    rmSync(join(to.root, folder), { recursive: true, force: true });
    cpSync(join(from.root, folder), join(to.root, folder), { recursive: true });
  }
}

/** Two machines make the parts of two images; a third one publishes them. */
describeWith(['distribution-3', 'crane', 'skopeo', 'regctl'], 'images whose platforms are made on machines of their own', (things) => {
  const namespace = `parts-${randomBytes(4).toString('hex')}`;
  let workspace: TestWorkspace;
  let machines: readonly Machine[];

  beforeAll(async () => {
    const { host } = things.server('distribution-3');
    workspace = await makeWorkspace();
    workspace.write(
      'registries.yaml',
      `registries: { real: { host: "${host}", namespace: ${namespace} } }\npublish: { tags: [sha, latest], settleMs: 100 }\n`,
    );
    for (const project of ['api', 'web']) {
      workspace.write(`${project}/files/text.txt`, `hello from ${project}`);
      workspace.write(`${project}/project.json`, {
        name: project,
        targets: {
          // What only a machine of that platform can make.
          build: {
            executor: 'nx:run-commands',
            options: { command: `mkdir -p dist/native/${project} && uname -n > dist/native/${project}/machine` },
            outputs: [`{workspaceRoot}/dist/native/${project}`],
          },
          image: {
            executor: 'nx-oci:build',
            dependsOn: ['build'],
            inputs: ['default', { dependentTasksOutputFiles: '**/*' }],
            options: {
              engine: 'native',
              platforms: BOTH,
              parts: true,
              layers: [
                { from: `${project}/files`, to: '/srv' },
                { from: `dist/native/${project}`, to: '/native' },
              ],
              cmd: ['/srv/start'],
            },
          },
          publish: { executor: 'nx-oci:publish' },
        },
      });
    }
    await workspace.commit('images of parts');
    machines = await Promise.all([makeMachine(workspace), makeMachine(workspace), makeMachine(workspace)]);
  });
  afterAll(() => {
    machines.forEach((machine) => machine.remove());
    workspace.remove();
  });

  const [own, other, publisher] = [() => machines[0]!, () => machines[1]!, () => machines[2]!];
  const location = (project: string) => ({ host: things.server('distribution-3').host, repository: `${namespace}/${project}` });
  const reference = (project: string, tag: string) => `${location(project).host}/${namespace}/${project}:${tag}`;
  const tool = (name: string, ...args: readonly string[]) => runOrFail(things.tool(name), args, { cwd: workspace.root });
  const publish = (...args: readonly string[]) => publisher().nx('run-many', '-t', 'publish', '--outputStyle=static', ...args);

  /** The machine of the other platform, which is played by this one. */
  const makeForeign = (projects = 'api,web') =>
    other().nx('run-many', '-t', `image-${FOREIGN}`, '-p', projects, '--parts=anywhere', '--outputStyle=static');

  async function expectWhole(project: string, tag: string): Promise<void> {
    await tool('crane', 'validate', '--remote', reference(project, tag), '--insecure');
    const raw = await tool('skopeo', 'inspect', '--raw', '--tls-verify=false', `docker://${reference(project, tag)}`);
    const index = JSON.parse(raw) as Index;
    expect(index.mediaType).toBe('application/vnd.oci.image.index.v1+json');
    expect(index.manifests.map(({ platform: { os, architecture } }) => `${os}/${architecture}`)).toEqual(BOTH);
    expect(index.annotations).toMatchObject({
      'dev.nx-oci.project': project,
      'org.opencontainers.image.revision': await workspace.git('rev-parse', 'HEAD'),
    });
    const host = ['--host', `reg=${location(project).host},tls=disabled`];
    for (const platform of BOTH) {
      const config = JSON.parse(await tool('regctl', 'image', 'config', ...host, '--platform', platform, reference(project, tag))) as {
        readonly architecture: string;
        readonly config: { readonly Labels: object };
      };
      expect(`linux/${config.architecture}`).toBe(platform);
      expect(config.config.Labels).toMatchObject({ 'dev.nx-oci.project': project });
    }
  }

  it('are not made on a machine of another platform, and the publish of all waits for them', async () => {
    expect(await own().nx('run-many', '-t', `image-${OWN}`)).toMatchObject({ code: 0 });
    carry(OWN, own(), publisher());
    const { code, output } = await publish();
    expect(code).not.toBe(0);
    expect(output).toContain(`Cannot make the part of api for ${FOREIGN.replace('-', '/')}: this machine is for ${OWN.replace('-', '/')}.`);
    expect(output).toContain(`nx run api:image-${FOREIGN}`);
    for (const project of ['api', 'web']) expect(await listTags(location(project))).toEqual([]);
  });

  it('move no tag while one part of one image is missing', async () => {
    expect(await makeForeign()).toMatchObject({ code: 0 });
    carry(FOREIGN, other(), publisher(), ['web']);
    const { code, output } = await publish('--excludeTaskDependencies');
    expect(code).not.toBe(0);
    expect(output).toContain('Cannot publish api: 1 of its 2 parts is missing.');
    expect(output).toContain(`on ${FOREIGN.replace('-', '/')}: nx run api:image-${FOREIGN}`);
    for (const project of ['api', 'web']) expect(await listTags(location(project))).toEqual([]);
  });

  it('are published as one index each, from artifacts alone', async () => {
    carry(FOREIGN, other(), publisher());
    // Nothing was built on this machine.
    rmSync(join(publisher().root, 'dist/native'), { recursive: true });
    const { code, output } = await publish('--excludeTaskDependencies');
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(existsSync(join(publisher().root, 'dist/native'))).toBe(false);
    const sha = (await workspace.git('rev-parse', 'HEAD')).slice(0, 7);
    for (const project of ['api', 'web']) {
      await expectWhole(project, 'latest');
      await expectWhole(project, sha);
    }
    const report = JSON.parse(readFileSync(join(publisher().root, 'dist/images/api/report.json'), 'utf8')) as { platforms: string[] };
    expect(report.platforms).toEqual(BOTH);
    expect(readdirSync(join(publisher().root, 'dist/images/api')).sort()).toEqual(['linux-amd64', 'linux-arm64', 'report.json']);
  });

  it('are the same when the publish runs all tasks itself: it takes the part for the other platform', async () => {
    const before = await tool('crane', 'digest', reference('api', 'latest'), '--insecure');
    const { code, output } = await publish();
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('up to date') as string });
    expect(output).toMatch(/made on another machine/);
    expect(await tool('crane', 'digest', reference('api', 'latest'), '--insecure')).toBe(before);
  });

  it('are checked by their own target', async () => {
    const { code, output } = await publisher().nx('run', 'api:image', '--excludeTaskDependencies');
    expect({ code, output }).toMatchObject({
      code: 0,
      output: expect.stringContaining('linux/amd64 and linux/arm64, of 2 parts') as string,
    });
  });

  it('are refused with a part of an older commit, by name, and published once it is made again', async () => {
    const before = await tool('crane', 'digest', reference('api', 'latest'), '--insecure');
    workspace.write('api/files/text.txt', 'changed');
    await workspace.commit('a change of one image');
    for (const { root } of machines) await runOrFail('git', ['pull', '-q'], { cwd: root });
    expect(await own().nx('run-many', '-t', `image-${OWN}`)).toMatchObject({ code: 0 });
    carry(OWN, own(), publisher());
    const { code, output } = await publish('--excludeTaskDependencies');
    expect(code).not.toBe(0);
    expect(output).toContain(`Cannot publish api: its part for ${FOREIGN.replace('-', '/')} is older than its sources`);
    expect(await tool('crane', 'digest', reference('api', 'latest'), '--insecure')).toBe(before);
    expect(await makeForeign('api')).toMatchObject({ code: 0 });
    carry(FOREIGN, other(), publisher(), ['api']);
    expect(await publish('--excludeTaskDependencies')).toMatchObject({ code: 0 });
    await expectWhole('api', 'latest');
    expect(await tool('crane', 'digest', reference('api', 'latest'), '--insecure')).not.toBe(before);
  });
});
