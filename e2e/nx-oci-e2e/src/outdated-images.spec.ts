import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { describeWith } from '@nx-oci/model/testing';

import './support/long-timeout';
import { readImage } from './support/read-back';
import { startRegistryProgram, type RegistryProgram } from './support/registry-program';
import { type Outcome } from './support/run';
import { makeEmptyWorkspace, makeWorkspace, packedPackages, type TestWorkspace } from './support/test-workspace';

const OUTPUTS = ['blobs', 'image.json', 'index.json', 'oci-layout'].map((file) => `{workspaceRoot}/dist/images/{projectName}/${file}`);
const OF_DEPENDENCIES = { dependentTasksOutputFiles: '**/*', transitive: true };
const INPUTS = ['default', '^default', OF_DEPENDENCIES];

// The kinds of change: a variable of the build, a file of the workspace root, a library two dependencies away.
const PROJECTS = ['variable', 'rooted', 'app'] as const;

const MAKE = `import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
const [project, ...reads] = process.argv.slice(2);
mkdirSync('dist/' + project, { recursive: true });
const read = (name) => (name.startsWith('$') ? process.env[name.slice(1)] : readFileSync(name, 'utf8'));
writeFileSync('dist/' + project + '/out.txt', reads.map(read).join('\\n'));
`;

describe.each(['22.7.12', '23.3.2', '24.0.6'])('an image and its sources, with Nx %s', (version) => {
  let workspace: TestWorkspace;
  let registry: RegistryProgram;

  beforeAll(async () => {
    workspace = await openWorkspace(version);
    registry = await startRegistryProgram(workspace);
    workspace.write('registries.yaml', `registries:\n  one: { host: "${registry.host}" }\npublish: { tags: [sha, latest] }\n`);
    workspace.write('make.mjs', MAKE);
    workspace.write('version.txt', 'version one');
    workspace.write('far/text.txt', 'far one');
    writeProject('far', { reads: ['far/text.txt'] });
    writeProject('near', { reads: ['dist/far/out.txt'], needs: ['far'] });
    writeProject('app', { reads: ['dist/near/out.txt'], needs: ['near'], hasImage: true });
    writeProject('variable', { reads: ['$API_URL'], inputs: [{ env: 'API_URL' }], hasImage: true });
    writeProject('rooted', { reads: ['version.txt'], inputs: ['{workspaceRoot}/version.txt'], hasImage: true });
    await workspace.commit('first');
    expect(await publish(PROJECTS, { API_URL: 'url one' })).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await registry.stop();
    workspace.remove();
  });

  it('is built again when they changed, and comes from the cache when nothing did', async () => {
    workspace.write('version.txt', 'version two');
    workspace.write('far/text.txt', 'far two');
    await workspace.commit('second');
    expect(await publish(PROJECTS, { API_URL: 'url two' })).toMatchObject({ code: 0 });
    expect(await textOf('variable')).toContain('url two');
    expect(await textOf('rooted')).toContain('version two');
    expect(await textOf('app')).toContain('far two');

    const { code, output } = await publish(PROJECTS, { API_URL: 'url two' });
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('up to date') });
    expect(output).not.toMatch(/^\s*Warning: /m);
    for (const project of PROJECTS) expect(output).toMatch(new RegExp(`nx run ${project}:image .*(?:match the cache|local cache)`));
  });

  it('is refused when it is older than the files of a task that declares no outputs', async () => {
    writeProject('loose', { reads: ['$LOOSE'], outputs: [], isCached: false, hasImage: true });
    await workspace.commit('loose');
    expect(await publish(['loose'], { LOOSE: 'one' })).toMatchObject({ code: 0 });
    await expectRefused(await publish(['loose'], { LOOSE: 'two' }), 'loose', 'dist/loose/out.txt');
  });

  it('is refused when it is older than a source that git ignores, until it is built again', async () => {
    workspace.write('tmp/settings/local.json', 'one');
    workspace.write('settings/project.json', { name: 'settings', targets: imageTargets('tmp/settings', []) });
    await workspace.commit('settings');
    expect(await publish(['settings'])).toMatchObject({ code: 0 });
    workspace.write('tmp/settings/local.json', 'two');
    await expectRefused(await publish(['settings']), 'settings', 'tmp/settings/local.json');
    expect(await publish(['settings'], {}, '--skip-nx-cache', '--tags=mended')).toMatchObject({ code: 0 });
    expect(await textOf('settings', 'mended')).toContain('two');
  });

  it('is refused when it is older than a source and the publish depends on no task', async () => {
    writeProject('apart', { reads: ['version.txt'], inputs: ['{workspaceRoot}/version.txt'], hasImage: true });
    workspace.write('version.txt', 'version one');
    await workspace.commit('apart');
    expect(await workspace.nx(['run', 'apart:image'])).toMatchObject({ code: 0 });
    await workspace.commit('another commit of equal files');
    expect(await publish(['apart'], {}, '--excludeTaskDependencies')).toMatchObject({ code: 0 });
    workspace.write('version.txt', 'version two');
    await workspace.commit('newer');
    await expectRefused(await publish(['apart'], {}, '--excludeTaskDependencies'), 'apart', 'version.txt', 'nx run apart:publish');
    expect(await publish(['apart'])).toMatchObject({ code: 0 });
    expect(await textOf('apart')).toContain('version two');
  });

  it('causes a warning of publish and doctor when it does not depend on the task that makes its files', async () => {
    writeProject('free', { reads: ['version.txt'], hasImage: true, waitsFor: [] });
    await workspace.commit('free');
    expect(await workspace.nx(['run', 'free:build'])).toMatchObject({ code: 0 });
    const warning = 'free:image packs dist/free, an output of free:build, without depending on it: an older build may be published.';
    expect(await publish(['free'])).toMatchObject({ code: 0, output: expect.stringContaining(`Warning: ${warning}`) });
    expect((await workspace.nx(['run', 'free:doctor'])).output).toContain(warning);
  });

  async function expectRefused(
    { code, output }: Outcome,
    project: string,
    file: string,
    remedy = `nx run ${project}:publish --skip-nx-cache`,
  ): Promise<void> {
    expect(code).toBe(1);
    expect(output).toContain(`Cannot publish ${project}: its image is older than its sources`);
    expect(output).toContain(`${file} has changed since it was built`);
    expect(output).toContain(remedy);
    expect(await textOf(project)).toContain('one');
  }

  function publish(projects: readonly string[], env: NodeJS.ProcessEnv = {}, ...more: readonly string[]): Promise<Outcome> {
    return workspace.nx(['run-many', '-t', 'publish', `--projects=${projects.join(',')}`, '--output-style=static', ...more], env);
  }

  async function textOf(project: string, tag = 'latest'): Promise<string> {
    const { layers } = await readImage({ host: registry.host, repository: project }, tag);
    return layers.map((layer) => gunzipSync(layer).toString('latin1')).join('');
  }

  interface Project {
    /** Files, and variables with a `$`. */
    readonly reads: readonly string[];
    readonly needs?: readonly string[];
    readonly inputs?: readonly unknown[];
    readonly outputs?: readonly string[];
    readonly isCached?: boolean;
    readonly hasImage?: boolean;
    /** The targets its image depends on; the build by default. */
    readonly waitsFor?: readonly string[];
  }

  function writeProject(
    name: string,
    { reads, needs = [], inputs = [], outputs, isCached = true, hasImage, waitsFor = ['build'] }: Project,
  ): void {
    const words = reads.map((read) => `'${read}'`).join(' ');
    const build = {
      command: `node make.mjs ${name} ${words}`,
      dependsOn: ['^build'],
      cache: isCached,
      inputs: ['default', '^default', ...inputs],
      outputs: outputs ?? [`{workspaceRoot}/dist/${name}`],
    };
    const targets = { build, ...(hasImage === true && imageTargets(`dist/${name}`, waitsFor)) };
    workspace.write(`${name}/project.json`, { name, implicitDependencies: needs, targets });
  }
});

// Inferred from a Dockerfile for another purpose, and written by the generator.
const DOCKERFILE_PROJECTS = ['inferred', 'generated'] as const;

describeWith(['buildah'], 'an image from a Dockerfile that reads files outside of its project', (things) => {
  let workspace: TestWorkspace;
  let registry: RegistryProgram;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    workspace = await makeWorkspace();
    registry = await startRegistryProgram(workspace);
    workspace.write('registries.yaml', `registries:\n  one: { host: "${registry.host}" }\npublish: { tags: [sha, latest] }\n`);
    const store = join(workspace.root, '.caches/store');
    workspace.write('.caches/storage.conf', `[storage]\ndriver = "vfs"\ngraphroot = "${store}"\nrunroot = "${store}-run"\n`);
    const path = [dirname(things.tool('buildah')), process.env['PATH']].join(':');
    env = { PATH: path, CONTAINERS_STORAGE_CONF: join(workspace.root, '.caches/storage.conf'), BUILDAH_ISOLATION: 'chroot' };
    workspace.write('shared/words.txt', 'words one');
    workspace.write('docker/inferred.Dockerfile', dockerfileOf('one'));
    workspace.write('inferred/Dockerfile', 'FROM scratch\nCOPY nothing /\n');
    const options = { engine: 'buildah', dockerfile: 'docker/inferred.Dockerfile', context: '.' };
    workspace.write('inferred/project.json', { name: 'inferred', targets: { image: { cache: true, options } } });
    workspace.write('generated/Dockerfile', dockerfileOf('one'));
    workspace.write('generated/project.json', { name: 'generated' });
    await workspace.commit('Dockerfiles');
    const generated = await workspace.nx(['g', 'nx-oci:image', 'generated', '--engine=buildah', '--context=.']);
    expect(generated).toMatchObject({ code: 0 });
    const file = join(workspace.root, 'generated/project.json');
    const written = JSON.parse(readFileSync(file, 'utf8')) as { targets: { image: object } };
    workspace.write('generated/project.json', {
      ...written,
      targets: { ...written.targets, image: { ...written.targets.image, cache: true } },
    });
    await workspace.commit('targets');
    expect(await publish()).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await registry.stop();
    workspace.remove();
  });

  it('is built again when the Dockerfile or one of those files changed, and comes from the cache when nothing did', async () => {
    for (const [what, file, text] of [
      ['words two', 'shared/words.txt', 'words two'],
      ['label two', 'docker/inferred.Dockerfile', dockerfileOf('two')],
      ['label two', 'generated/Dockerfile', dockerfileOf('two')],
    ] as const) {
      workspace.write(file, text);
      await workspace.commit(what);
    }
    expect(await publish()).toMatchObject({ code: 0 });
    for (const project of DOCKERFILE_PROJECTS) {
      const { layers, config } = await readImage({ host: registry.host, repository: project }, 'latest');
      expect(layers.map((layer) => gunzipSync(layer).toString('latin1')).join('')).toContain('words two');
      expect(JSON.stringify(config)).toContain('label two');
    }
    const { code, output } = await publish();
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('up to date') });
    for (const project of DOCKERFILE_PROJECTS)
      expect(output).toMatch(new RegExp(`nx run ${project}:image .*(?:match the cache|local cache)`));
  });

  function publish(): Promise<Outcome> {
    return workspace.nx(['run-many', '-t', 'publish', `--projects=${DOCKERFILE_PROJECTS.join(',')}`, '--output-style=static'], env);
  }

  function dockerfileOf(label: string): string {
    return `FROM scratch\nLABEL what="label ${label}"\nCOPY shared/words.txt /words.txt\n`;
  }
});

function imageTargets(from: string, dependsOn: readonly string[]): object {
  const options = { engine: 'native', base: 'scratch', layers: [{ from, to: '/app' }] };
  const image = { executor: 'nx-oci:build', dependsOn, cache: true, inputs: INPUTS, outputs: OUTPUTS, options };
  return {
    image,
    doctor: { executor: 'nx-oci:doctor' },
    publish: { executor: 'nx-oci:publish', dependsOn: ['image'], cache: false, inputs: INPUTS },
  };
}

async function openWorkspace(nx: string): Promise<TestWorkspace> {
  if (nx.startsWith('24.')) return makeWorkspace();
  const workspace = await makeEmptyWorkspace({ nx, devkit: nx });
  const { siblings, plugin } = packedPackages();
  await workspace.install(...siblings, plugin);
  workspace.write('nx.json', { analytics: false, defaultBase: 'main', plugins: ['nx-oci'] });
  await workspace.commit('use nx-oci');
  return workspace;
}
