import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { describeWith } from '@nx-oci/model/testing';

import { listTags, readImage } from './support/read-back';
import { startRegistryProgram, type RegistryProgram } from './support/registry-program';
import { runOrFail } from './support/run';
import { makeEmptyWorkspace, packedPackages, type TestWorkspace } from './support/test-workspace';

let workspace: TestWorkspace;
let registry: RegistryProgram;

const read = (file: string) => readFileSync(join(workspace.root, file), 'utf8');
const report = () => JSON.parse(read('dist/images/app/report.json')) as Readonly<Record<string, unknown>>;
const repository = () => ({ host: registry.host, repository: 'team/app' });
const isWrite = (request: string) => !/^(?:GET|HEAD) /.test(request);

/** Runs nx, which must succeed. */
async function nx(...args: readonly string[]): Promise<string> {
  const { code, output } = await workspace.nx(args);
  if (code !== 0) throw new Error(`nx ${args.join(' ')} ended with ${code}:\n${output}`);
  return output;
}

beforeAll(async () => {
  workspace = await makeEmptyWorkspace();
  await workspace.install(...packedPackages().siblings);
  registry = await startRegistryProgram(workspace);
});

afterAll(async () => {
  await registry.stop();
  workspace.remove();
});

// One story: each step continues the one before.
describe('from an empty workspace to a published image', () => {
  it('nx add installs the plugin and prepares the workspace', async () => {
    const output = await nx('add', `nx-oci@${packedPackages().plugin}`);
    expect(output).toContain('nx g nx-oci:image');
    expect(JSON.parse(read('nx.json')).plugins).toEqual(['nx-oci']);
    expect(read('registries.yaml')).toContain('host: localhost:${NX_OCI_PORT:-5080}');
  });

  it('the registry generator adds a registry, and keeps what is in the file', async () => {
    workspace.write('registries.yaml', read('registries.yaml').replace('registries:\n', 'registries: # ours, ask before you change\n'));
    const output = await nx(
      'g',
      'nx-oci:registry',
      '--kind=self-hosted',
      `--host=${registry.host}`,
      '--namespace=Team',
      '--no-interactive',
    );
    expect(output).toContain(`wrote \`self-hosted\` (${registry.host}/Team)`);
    const text = read('registries.yaml');
    expect(text).toContain('registries: # ours, ask before you change\n');
    expect(text).toContain('# Comes with nx-oci');
    expect(text).toContain(`  self-hosted:\n    host: ${registry.host}\n    namespace: Team\n`);
  });

  it('the registry generator changes nothing when the same registry is added again', async () => {
    const before = read('registries.yaml');
    const output = await nx(
      'g',
      'nx-oci:registry',
      '--kind=self-hosted',
      `--host=${registry.host}`,
      '--namespace=Team',
      '--no-interactive',
    );
    expect(output).toContain('nothing changed');
    expect(read('registries.yaml')).toBe(before);
  });

  it('the image generator gives a project its image, and changes nothing the second time', async () => {
    workspace.write('apps/app/project.json', { name: 'app' });
    workspace.write('apps/app/package.json', { name: 'app', version: '3.1.0' });
    workspace.write('apps/app/files/hello.txt', 'hello\n');
    const generate = () => nx('g', 'nx-oci:image', 'app', '--base=scratch', '--from=apps/app/files', '--to=/srv', '--cmd=/srv/hello.txt');
    expect(await generate()).toContain('nx run app:publish --dryRun');
    const before = read('apps/app/project.json');
    expect(await generate()).toContain('nothing changed');
    expect(read('apps/app/project.json')).toBe(before);
  });

  it('a dry run shows the plan and writes nothing', async () => {
    const commit = await workspace.commit('an app');
    await registry.takeRequests();
    const output = await nx('run', 'app:publish', '--dryRun');
    for (const tag of [commit.slice(0, 7), 'v3', 'latest']) expect(output).toMatch(new RegExp(`team/app:${tag}\\s+create`));
    expect(output).toContain('Dry run: nothing was written.');
    expect((await registry.takeRequests()).filter(isWrite)).toEqual([]);
    expect(existsSync(join(workspace.root, 'dist/images/app/report.json'))).toBe(false);
  });

  it('a publish sets the tags of the commit, the major version and latest', async () => {
    const commit = await workspace.git('rev-parse', 'HEAD');
    const output = await nx('run', 'app:publish');
    expect(await listTags(repository())).toEqual([commit.slice(0, 7), 'latest', 'v3']);

    const image = await readImage(repository(), 'latest');
    expect(output).toContain(image.digest);
    for (const tag of [commit.slice(0, 7), 'v3']) expect((await readImage(repository(), tag)).digest).toBe(image.digest);
    expect(image.config.config?.Cmd).toEqual(['/srv/hello.txt']);
    expect(image.config.config?.Labels).toMatchObject({
      'org.opencontainers.image.revision': commit,
      'org.opencontainers.image.title': 'app',
      'dev.nx-oci.project': 'app',
    });
    expect(image.manifest.annotations?.['org.opencontainers.image.revision']).toBe(commit);
    const [layer] = image.layers.map((bytes) => gunzipSync(bytes));
    expect(image.config.rootfs.diff_ids).toEqual([`sha256:${createHash('sha256').update(layer!).digest('hex')}`]);
    expect(layer!.includes('srv/hello.txt')).toBe(true);
  });

  it('a publish writes a report beside the image', async () => {
    const { digest } = await readImage(repository(), 'latest');
    expect(report()).toMatchObject({
      project: 'app',
      outcome: 'published',
      digest,
      revision: await workspace.git('rev-parse', 'HEAD'),
      registries: [{ registry: 'self-hosted', host: registry.host, repository: 'team/app' }],
    });
  });

  describeWith(['skopeo'], 'read with another tool', (things) => {
    it('is an image that skopeo inspects and copies completely', async () => {
      const { digest } = await readImage(repository(), 'latest');
      const folder = mkdtempSync(join(tmpdir(), 'nx-oci-skopeo-'));
      try {
        const skopeo = (...args: readonly string[]) => runOrFail(things.tool('skopeo'), args, { cwd: folder });
        const found = JSON.parse(await skopeo('inspect', '--tls-verify=false', `docker://${registry.host}/team/app:v3`));
        expect(found).toMatchObject({ Digest: digest, Labels: { 'dev.nx-oci.project': 'app' }, Layers: [expect.any(String)] });
        await skopeo('copy', '--src-tls-verify=false', `docker://${registry.host}/team/app@${digest}`, 'oci:copied:v3');
        expect(existsSync(join(folder, 'copied/blobs/sha256', digest.slice('sha256:'.length)))).toBe(true);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  });

  it('a second publish uploads nothing, and reports that', async () => {
    await registry.takeRequests();
    const output = await nx('run', 'app:publish');
    expect(output).toContain('nothing, up to date');
    expect((await registry.takeRequests()).filter(isWrite)).toEqual([]);
    expect(report().outcome).toBe('upToDate');
  });

  it('a fresh clone builds exactly the same bytes', async () => {
    const clone = mkdtempSync(join(tmpdir(), 'nx-oci-clone-'));
    try {
      await runOrFail('git', ['clone', '-q', workspace.root, clone], { cwd: tmpdir() });
      cpSync(join(workspace.root, 'node_modules'), join(clone, 'node_modules'), { recursive: true, verbatimSymlinks: true });
      await runOrFail(join(clone, 'node_modules/.bin/nx'), ['run', 'app:publish'], {
        cwd: clone,
        env: { NX_DAEMON: 'false', NX_SKIP_NATIVE_FILE_CACHE: 'true', NX_CACHE_DIRECTORY: join(clone, '.nx/cache') },
      });
      for (const file of ['image.json', 'index.json']) {
        expect(readFileSync(join(clone, 'dist/images/app', file), 'utf8')).toBe(read(`dist/images/app/${file}`));
      }
      const { outcome, digest } = JSON.parse(readFileSync(join(clone, 'dist/images/app/report.json'), 'utf8'));
      expect({ outcome, digest }).toEqual({ outcome: 'upToDate', digest: report()['digest'] });
    } finally {
      rmSync(clone, { recursive: true });
    }
  });

  it('the next commit reuses the layer and moves floating tags, and the old commit keeps its image', async () => {
    const old = await workspace.git('rev-parse', '--short=7', 'HEAD');
    const before = await readImage(repository(), 'latest');
    workspace.write('apps/app/notes.md', 'not in the image\n');
    const commit = await workspace.commit('notes');
    await registry.takeRequests();
    await nx('run', 'app:publish');
    const after = await readImage(repository(), 'latest');
    expect(after.digest).not.toBe(before.digest);
    expect(after.manifest.layers).toEqual(before.manifest.layers);
    expect(await listTags(repository())).toEqual([old, commit.slice(0, 7), 'latest', 'v3'].sort());
    expect((await readImage(repository(), old)).digest).toBe(before.digest);
    // The layer exists already: the config is the only blob that is uploaded.
    expect(
      (await registry.takeRequests()).filter((request) => /^(?:POST|PUT) .*\/blobs\/uploads\/.*[?&]digest=/.test(request)),
    ).toHaveLength(1);
  });
});

describe('releases', () => {
  it('publishes the version that --release names', async () => {
    await nx('run', 'app:publish', '--release=1.2.3', '--tags=version,major');
    expect(await listTags(repository())).toEqual(expect.arrayContaining(['v1.2.3', 'v1']));
    const { digest, config } = await readImage(repository(), 'v1.2.3');
    expect(config.config?.Labels?.['org.opencontainers.image.version']).toBe('1.2.3');
    expect((await readImage(repository(), 'v1')).digest).toBe(digest);
  });

  it('publishes the version of a git tag at HEAD', async () => {
    await workspace.commit('for the release');
    await workspace.git('tag', 'v4.0.0');
    await nx('run', 'app:publish', '--tags=sha,version,major,latest');
    const sha = await workspace.git('rev-parse', '--short=7', 'HEAD');
    const digests = await Promise.all([sha, 'v4.0.0', 'v4', 'latest'].map(async (tag) => (await readImage(repository(), tag)).digest));
    expect(new Set(digests).size).toBe(1);
    expect(report()).toMatchObject({ version: '4.0.0' });
  });
});

describe('--prune', () => {
  it('removes the local image once the registry has it, and leaves the report', async () => {
    await workspace.commit('to prune');
    await nx('run', 'app:publish', '--prune');
    expect(existsSync(join(workspace.root, 'dist/images/app/index.json'))).toBe(false);
    expect(existsSync(join(workspace.root, 'dist/images/app/blobs'))).toBe(false);
    expect(report().digest).toBe((await readImage(repository(), 'latest')).digest);
  });

  it('does not stand in the way of the next publish', async () => {
    await workspace.commit('after the prune');
    await nx('run', 'app:publish');
    expect(report()).toMatchObject({ outcome: 'published', revision: await workspace.git('rev-parse', 'HEAD') });
  });
});
