import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { readImage } from './support/read-back';
import { startRegistryProgram, type RegistryProgram } from './support/registry-program';
import { nxRelease, prepareRelease } from './support/releasing';
import { makeEmptyWorkspace, packedPackages, type NxVersions, type TestWorkspace } from './support/test-workspace';

// All other specs run on the newest version.
const OLDER: readonly NxVersions[] = [
  { nx: '22.7.12', devkit: '22.7.12' },
  { nx: '23.3.2', devkit: '23.3.2' },
];

describe.each(OLDER)('with Nx $nx', (versions) => {
  let workspace: TestWorkspace;
  let registry: RegistryProgram;

  const repository = (project: string) => ({ host: registry.host, repository: project });

  /** Runs nx, which must succeed. */
  async function nx(...args: readonly string[]): Promise<string> {
    const { code, output } = await workspace.nx(args);
    expect({ code, output }).toMatchObject({ code: 0 });
    return output;
  }

  beforeAll(async () => {
    workspace = await makeEmptyWorkspace(versions);
    const { siblings, plugin } = packedPackages();
    await workspace.install(...siblings, plugin);
    registry = await startRegistryProgram(workspace);
  });

  afterAll(async () => {
    await registry.stop();
    workspace.remove();
  });

  it('prepares the workspace and gives two projects their images', async () => {
    await nx('g', 'nx-oci:init');
    await nx('g', 'nx-oci:registry', '--kind=self-hosted', `--host=${registry.host}`, '--no-interactive');
    for (const project of ['app', 'web']) {
      workspace.write(`apps/${project}/project.json`, { name: project });
      workspace.write(`apps/${project}/files/name.txt`, project);
      await nx('g', 'nx-oci:image', project, '--base=scratch', `--from=apps/${project}/files`);
    }
    const { targets } = JSON.parse(readFileSync(join(workspace.root, 'apps/app/project.json'), 'utf8'));
    expect(targets).toMatchObject({ image: { executor: 'nx-oci:build' }, publish: { executor: 'nx-oci:publish' } });
  });

  it('infers the targets of a project with a Dockerfile', async () => {
    workspace.write('apps/boxed/project.json', { name: 'boxed' });
    workspace.write('apps/boxed/Dockerfile', 'FROM scratch\n');
    const { targets } = JSON.parse(await nx('show', 'project', 'boxed', '--json'));
    expect(targets).toMatchObject({ image: { executor: 'nx-oci:build' }, publish: { executor: 'nx-oci:publish' } });
  });

  it('builds and publishes both images, shows the table, and sends nothing the second time', async () => {
    const commit = await workspace.commit('two apps');
    const output = await nx('run-many', '-t', 'publish', '-p', 'app,web');
    for (const project of ['app', 'web']) {
      const image = await readImage(repository(project), commit.slice(0, 7));
      expect(image.config.config?.Labels?.['dev.nx-oci.project']).toBe(project);
      expect((await readImage(repository(project), 'latest')).digest).toBe(image.digest);
      expect(output).toMatch(new RegExp(`${registry.host}/${project} .*${commit.slice(0, 7)}, latest .*${image.digest.slice(0, 19)}`));
    }
    expect(await nx('run-many', '-t', 'publish', '-p', 'app,web')).toContain('nothing, up to date');
  });

  it('publishes task by task when batches are off', async () => {
    const commit = await workspace.commit('one by one');
    const { code, output } = await workspace.nx(['run-many', '-t', 'publish', '-p', 'app,web'], { NX_BATCH_MODE: 'false' });
    expect({ code, output }).toMatchObject({ code: 0 });
    for (const project of ['app', 'web']) {
      const image = await readImage(repository(project), commit.slice(0, 7));
      expect((await readImage(repository(project), 'latest')).digest).toBe(image.digest);
    }
  });

  it('plans the publishes, and runs the doctor on what they need', async () => {
    workspace.write('tools/images/project.json', { name: 'images', targets: { plan: { executor: 'nx-oci:plan' } } });
    workspace.write('apps/web/files/name.txt', 'another web');
    const plan = await nx('run', 'images:plan');
    expect(plan).toMatch(/app +\S+ of \S+ +1\.6 kB +up to date/);
    expect(plan).toMatch(/web +\S+ of \S+ +1\.6 kB now +files changed: apps\/web\/files\/name\.txt/);
    expect(await nx('run', 'app:doctor')).toContain(`✔ push   ${registry.host}/app`);
  });

  it('publishes the projects with a new version under nx release', async () => {
    const nxJson = JSON.parse(readFileSync(join(workspace.root, 'nx.json'), 'utf8')) as object;
    workspace.write('nx.json', { ...nxJson, release: prepareRelease(workspace, ['app', 'web']) });
    await workspace.commit('chore: release');
    for (const project of ['app', 'web']) await workspace.git('tag', `${project}@1.0.0`);
    workspace.write('apps/app/files/name.txt', 'the next app');
    await workspace.commit('feat: the next app');

    const { code, output } = await nxRelease(workspace, ['-y']);

    expect({ code, output }).toMatchObject({
      code: 0,
      output: expect.stringContaining('web: skipped, nx release gave web no new version.'),
    });
    const { digest, config } = await readImage(repository('app'), 'v1.1.0');
    expect(config.config?.Labels?.['org.opencontainers.image.version']).toBe('1.1.0');
    expect((await readImage(repository('app'), 'latest')).digest).toBe(digest);
    await expect(readImage(repository('web'), 'v1.1.0')).rejects.toThrow('answered 404');
  });

  it('shows why a publish failed', async () => {
    const { code, output } = await workspace.nx(['run', 'app:publish', '--registries=self-hosed']);
    expect({ code, output }).toMatchObject({ code: 1, output: expect.stringContaining('did you mean `self-hosted`?') });
  });
});
