import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { listTags, readImage } from './support/read-back';
import { startRegistryProgram, type RegistryProgram } from './support/registry-program';
import { nxRelease, prepareRelease } from './support/releasing';
import { makeWorkspace, type TestWorkspace } from './support/test-workspace';

const PROJECTS = ['api', 'web'];

let workspace: TestWorkspace;
let registry: RegistryProgram;

beforeAll(async () => {
  workspace = await makeWorkspace();
  registry = await startRegistryProgram(workspace);
  workspace.write(
    'registries.yaml',
    `registries:\n  one: { host: "${registry.host}", namespace: team }\npublish: { tags: [sha, major, latest] }\n`,
  );
  for (const name of PROJECTS) {
    workspace.write(`${name}/files/text.txt`, name);
    workspace.write(`${name}/project.json`, {
      name,
      targets: {
        image: { executor: 'nx-oci:build', options: { layers: [{ from: `${name}/files`, to: '/srv' }] } },
        publish: { executor: 'nx-oci:publish', dependsOn: ['image'] },
      },
    });
  }
  const release = prepareRelease(workspace, PROJECTS);
  workspace.write('nx.json', { analytics: false, defaultBase: 'main', plugins: ['nx-oci'], release });
  await workspace.commit('feat: two projects');
  for (const name of PROJECTS) await workspace.git('tag', `${name}@1.0.0`);
});

afterAll(async () => {
  await registry.stop();
  workspace.remove();
});

describe('nx release', () => {
  it('shows in a dry run what it would publish, and writes nothing', async () => {
    await change('api');
    await registry.takeRequests();

    const output = await release('-y', '--dry-run');

    expect(output).toMatch(new RegExp(`${registry.host}/team/api:v1\\.1\\.0 +create`));
    expect(output).toContain('web: skipped, nx release gave web no new version.');
    expect((await registry.takeRequests()).filter((request) => !/^(?:GET|HEAD) /.test(request))).toEqual([]);
    expect(await workspace.git('tag', '--list', 'api@*')).toBe('api@1.0.0');
  });

  it('publishes each project with a new version as that version, and says why it skips the others', async () => {
    const output = await release('-y');

    expect(output).toContain('web: skipped, nx release gave web no new version.');
    await expectReleased('api', '1.1.0');
    expect(await tagsOf('web')).toEqual([]);
  });

  it('publishes all changed projects together, also when Nx runs task by task', async () => {
    await change('api', 'web');
    const { code, output } = await nxRelease(workspace, ['-y'], { NX_BATCH_MODE: 'false' });
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('Staged, 1 of 2') });
    await expectReleased('api', '1.2.0');
    await expectReleased('web', '1.1.0');
  });
});

describe('nx release publish, after a release without publishing', () => {
  it('publishes the projects that tags at HEAD release, and builds an image that the command leaves out', async () => {
    await change('web');
    await release('--skip-publish');
    rmSync(join(workspace.root, 'dist'), { recursive: true });

    const output = await release('publish', '--projects=web');

    expect(output).toContain('Building web');
    await expectReleased('web', '1.2.0');
  });

  it('does nothing the second time', async () => {
    const output = await release('publish');
    expect(output).toContain('nothing, up to date');
    expect(output).toContain('api: skipped, no git tag at HEAD releases api ({projectName}@{version})');
  });

  it('succeeds when nothing is released', async () => {
    await change('api');
    const before = await tagsOf('api');
    const output = await release('publish', '--tag=next', '--access=public');
    for (const name of PROJECTS) expect(output).toContain(`${name}: skipped, no git tag at HEAD`);
    expect(await tagsOf('api')).toEqual(before);
  });
});

it('gives all projects of a fixed group one version', async () => {
  const { projectsRelationship: _, ...fixed } = prepareRelease(workspace, PROJECTS) as { readonly projectsRelationship: string };
  workspace.write('nx.json', {
    analytics: false,
    defaultBase: 'main',
    plugins: ['nx-oci'],
    release: { ...fixed, releaseTag: { pattern: 'v{version}' } },
  });
  await workspace.commit('chore: release together');
  await workspace.git('tag', 'v1.0.0');
  await change('api');
  await release('2.0.0', '-y');
  for (const name of PROJECTS) await expectReleased(name, '2.0.0');
});

/** Runs `nx release …`, which must succeed. */
async function release(...args: readonly string[]): Promise<string> {
  const { code, output } = await nxRelease(workspace, args);
  expect({ code, output }).toMatchObject({ code: 0 });
  return output;
}

/** Commits a change of each project that raises its minor version. */
async function change(...projects: readonly string[]): Promise<void> {
  for (const project of projects) workspace.write(`${project}/files/text.txt`, `${project} ${process.hrtime.bigint()}`);
  await workspace.commit(`feat: change ${projects.join(' and ')}`);
}

function tagsOf(project: string): Promise<readonly string[]> {
  return listTags({ host: registry.host, repository: `team/${project}` });
}

/** The tags of the version, its line, `latest` and the commit are one image, whose labels name the version and commit. */
async function expectReleased(project: string, version: string): Promise<void> {
  const place = { host: registry.host, repository: `team/${project}` };
  const commit = await workspace.git('rev-parse', 'HEAD');
  const { digest, config } = await readImage(place, `v${version}`);
  expect(config.config?.Labels).toMatchObject({
    'dev.nx-oci.project': project,
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.revision': commit,
  });
  for (const tag of [commit.slice(0, 7), `v${version.split('.')[0] ?? ''}`, 'latest']) {
    expect((await readImage(place, tag)).digest).toBe(digest);
  }
}
