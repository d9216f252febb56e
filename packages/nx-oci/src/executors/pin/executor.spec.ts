import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type ExecutorContext } from '@nx/devkit';
import { type RunningRegistry, startRegistry } from '@nx-oci/registry';
import { makePublishing, type Publishing } from '@nx-oci/publish/testing';

import pinExecutor from './executor';
import { type PinOptions } from './normalize-options';

const DIGEST = /sha256:[0-9a-f]{64}/;

let registry: RunningRegistry;
let publishing: Publishing;
let printed: string;

beforeEach(async () => {
  registry = await startRegistry();
  publishing = makePublishing(`{ host: '${registry.host}', namespace: acme }`);
  write('registries.yaml', settings());
  publishing.workspace.commit('registries');
});
afterEach(async () => {
  publishing.workspace.remove();
  await registry.close();
});

const settings = (more = ''): string =>
  `registries:\n  one: { host: '${registry.host}', namespace: acme${more} }\npublish:\n  tags: [sha, major, latest]\n  settleMs: 0\n`;
const write = (file: string, text: string): void => publishing.workspace.write(file, text);
const read = (file: string): string => readFileSync(join(publishing.workspace.root, file), 'utf8');
const nameOf = (project: string): string => `${registry.host}/acme/${project}`;

interface Call {
  readonly projects?: readonly string[];
  /** Projects whose publish runs in the same run. */
  readonly published?: readonly string[];
}

/** Runs the pin of a workspace; what it printed is in `printed`. */
async function pin(options: PinOptions = {}, { projects = ['app'], published = [] }: Call = {}): Promise<boolean> {
  const target = { executor: 'nx-oci:publish' };
  const context = {
    root: publishing.workspace.root,
    projectName: 'deploy',
    targetName: 'pin',
    projectsConfigurations: {
      version: 2,
      projects: Object.fromEntries(projects.map((name) => [name, { root: '.', targets: { publish: target } }])),
    },
    projectGraph: { nodes: {}, dependencies: {} },
    nxJsonConfiguration: {},
    taskGraph: {
      roots: [],
      dependencies: {},
      continuousDependencies: {},
      tasks: Object.fromEntries(
        published.map((project) => [
          `${project}:publish`,
          { id: `${project}:publish`, target: { project, target: 'publish' }, overrides: {} },
        ]),
      ),
    },
  } as unknown as ExecutorContext;
  const log = jest.spyOn(console, 'log').mockImplementation();
  try {
    const { success } = await pinExecutor(options, context);
    printed = log.mock.calls.join('\n');
    return success;
  } finally {
    log.mockRestore();
  }
}

async function publish(options: Parameters<Publishing['publish']>[0] = {}): Promise<string> {
  const results = await publishing.publish(options);
  const failed = [...results.values()].filter(({ success }) => !success);
  expect(failed.map(({ text }) => text)).toEqual([]);
  const report = JSON.parse(read(`dist/images/${options.projects?.[0] ?? 'app'}/report.json`)) as { readonly digest: string };
  return report.digest;
}

/** A commit in which the image has changed, as it was published. */
async function publishChange(options: Parameters<Publishing['publish']>[0] = {}): Promise<string> {
  publishing.workspace.commit('change');
  await publishing.build('app', { changed: [0] });
  return publish(options);
}

const compose = (image: string): string => `services:\n  app:\n    image: ${image} # the app\n`;

/** A compose file that is committed before the image is published, so that no later commit is newer than it. */
function writeCompose(image: string, file = 'compose.yaml'): void {
  write(file, compose(image));
  publishing.workspace.git('add', '.');
}

describe('a pin', () => {
  it('writes the exact version and the digest of a release, found by its tag', async () => {
    writeCompose(`${nameOf('app')}:v1.0.0`);
    const digest = await publishChange({ options: { release: '1.2.3' } });
    publishing.workspace.git('tag', 'v1.2.3');
    expect([await pin(), printed]).toEqual([true, expect.stringContaining('Pinned 1 file.')]);
    expect(read('compose.yaml')).toBe(compose(`${nameOf('app')}:v1.2.3@${digest}`));
    expect([await pin(), printed]).toEqual([true, expect.stringContaining('Nothing to pin.')]);
  });

  it('asks only the registries that it is told, whatever those of the targets need', async () => {
    const far = "\n  far: { host: 'far.example', namespace: '${ORG_OF_THE_PIPELINE}' }\npublish:\n  registries: [far]";
    writeCompose(`${nameOf('app')}:latest`);
    const digest = await publishChange();
    write('registries.yaml', settings().replace('\npublish:', far));
    expect([await pin(), printed]).toEqual([false, expect.stringContaining('ORG_OF_THE_PIPELINE')]);
    expect([await pin({ registries: 'one' }), printed]).toEqual([true, expect.stringContaining('Pinned 1 file.')]);
    expect(read('compose.yaml')).toBe(compose(`${nameOf('app')}:latest@${digest}`));
    expect([await pin({ registries: 'two' }), printed]).toEqual([false, expect.stringContaining('two')]);
  });

  it('takes digests from the reports of publishes in the same run, and the registry confirms them', async () => {
    writeCompose(nameOf('app'));
    const digest = await publishChange();
    registry.log.clear();
    expect(await pin({}, { published: ['app'] })).toBe(true);
    const commit = publishing.workspace.git('rev-parse', '--short=7', 'HEAD');
    expect(read('compose.yaml')).toBe(compose(`${nameOf('app')}:${commit}@${digest}`));
    const requests = registry.log.entries().map(({ method, path }) => `${method} ${path}`);
    expect(requests.filter((request) => !request.endsWith('/v2/'))).toEqual([`GET /v2/acme/app/manifests/${digest}`]);
  });

  it('keeps a floating tag of the file if it names the published image', async () => {
    writeCompose(`${nameOf('app')}:latest`);
    const digest = await publishChange();
    expect(await pin()).toBe(true);
    expect(read('compose.yaml')).toBe(compose(`${nameOf('app')}:latest@${digest}`));
  });

  it('never writes a tag that names another image', async () => {
    writeCompose(`${nameOf('app')}:v1.0.0`);
    await publishChange({ options: { release: '1.0.0' } });
    const digest = await publishChange();
    const commit = publishing.workspace.git('rev-parse', '--short=7', 'HEAD');
    expect(await pin()).toBe(true);
    expect(read('compose.yaml')).toBe(compose(`${nameOf('app')}:${commit}@${digest}`));
    write('compose.yaml', compose(`${nameOf('app')}:v1.0.0`));
    expect(await pin({ tag: 'keep' })).toBe(true);
    expect(read('compose.yaml')).toBe(compose(`${nameOf('app')}:v1.0.0@${digest}`));
  });

  it('finds the image that an earlier commit published if this commit did not', async () => {
    writeCompose(nameOf('app'));
    const digest = await publishChange();
    const commit = publishing.workspace.git('rev-parse', '--short=7', 'HEAD');
    write('README.md', 'more\n');
    publishing.workspace.commit('docs');
    expect(await pin()).toBe(true);
    expect(read('compose.yaml')).toBe(compose(`${nameOf('app')}:${commit}@${digest}`));
  });

  it('finds the image of the nearest release where an image has no floating tag', async () => {
    write('registries.yaml', settings().replace('sha, major, latest', "{ rule: version, prefix: '' }").concat('  exactVersion: false\n'));
    publishing.workspace.commit('versions only');
    writeCompose(`${nameOf('app')}:1.2.2`);
    const digest = await publishChange({ options: { release: '1.2.3' } });
    publishing.workspace.git('tag', 'v1.2.3');
    write('README.md', 'more\n');
    publishing.workspace.commit('docs');
    expect([await pin(), printed]).toEqual([true, expect.stringContaining('Pinned 1 file.')]);
    expect(read('compose.yaml')).toBe(compose(`${nameOf('app')}:1.2.3@${digest}`));
    publishing.workspace.commit('pinned');
    expect([await pin({ check: true }), printed]).toEqual([true, expect.stringContaining('Nothing to pin.')]);
  });

  it('keeps a digest whose image has the same content as the published one', async () => {
    writeCompose(nameOf('app'));
    await publishChange();
    expect(await pin()).toBe(true);
    const before = read('compose.yaml');
    publishing.workspace.commit('pinned');
    const digest = await publish();
    expect(before).not.toContain(digest);
    expect([await pin(), printed]).toEqual([true, expect.stringContaining('content unchanged, keeps')]);
    expect(read('compose.yaml')).toBe(before);
    expect(await pin({ check: true })).toBe(true);
  });

  it('compares the content of an image for several platforms, and is held by one for fewer of them', async () => {
    const platform = ['linux/amd64', 'linux/arm64'];
    writeCompose(nameOf('app'));
    publishing.workspace.commit('first');
    await publishing.build('app', { platform });
    await publish();
    expect(await pin()).toBe(true);
    const before = read('compose.yaml');
    publishing.workspace.commit('pinned');
    await publish();
    expect([await pin(), printed]).toEqual([true, expect.stringContaining('content unchanged, keeps')]);
    publishing.workspace.commit('one platform');
    await publishing.build('app', { changed: [0], platform: 'linux/amd64' });
    await publish();
    expect([await pin(), printed]).toEqual([true, expect.stringContaining('it is for linux/amd64 and linux/arm64')]);
    expect(read('compose.yaml')).toBe(before);
    expect(await pin({ force: true })).toBe(true);
    expect(read('compose.yaml')).not.toBe(before);
  });

  it('never pins an older image, whether the file names the newer one by digest or by tag', async () => {
    writeCompose(nameOf('app'));
    await publishChange();
    const old = publishing.workspace.git('rev-parse', 'HEAD');
    const newer = await publishChange({ options: { release: '2.0.0' } });
    for (const image of [`${nameOf('app')}:v2.0.0@${newer}`, `${nameOf('app')}:v2.0.0`]) {
      publishing.workspace.git('checkout', '-q', old);
      write('compose.yaml', compose(image));
      expect([await pin(), printed]).toEqual([true, expect.stringContaining('is newer')]);
      expect(read('compose.yaml')).toBe(compose(image));
    }
    expect(await pin({ force: true })).toBe(true);
    expect(read('compose.yaml')).not.toContain(newer);
  });

  it('never goes back behind the version that a tag names if the image of that tag is no longer there', async () => {
    writeCompose(`${nameOf('app')}:v2.0.0`);
    const digest = await publishChange({ options: { release: '1.2.3' } });
    publishing.workspace.git('tag', 'v1.2.3');
    for (const image of [`${nameOf('app')}:v2.0.0`, `${nameOf('app')}:v2.0.0@sha256:${'0'.repeat(64)}`]) {
      write('compose.yaml', compose(image));
      expect([await pin(), printed]).toEqual([
        true,
        expect.stringContaining('held, its tag v2.0.0 names a newer version, whose image is not there'),
      ]);
      expect(read('compose.yaml')).toBe(compose(image));
    }
    write('compose.yaml', compose(`${nameOf('app')}:v1.0.0`));
    expect([await pin(), printed]).toEqual([true, expect.stringContaining('what it named is not there, so that its age is unknown')]);
    expect(read('compose.yaml')).toBe(compose(`${nameOf('app')}:v1.2.3@${digest}`));
    write('compose.yaml', compose(`${nameOf('app')}:v2.0.0`));
    expect(await pin({ force: true })).toBe(true);
    expect(read('compose.yaml')).toBe(compose(`${nameOf('app')}:v1.2.3@${digest}`));
  });

  it('pins an older image where guard: false lifts the order', async () => {
    writeCompose(nameOf('app'));
    await publishChange();
    const old = publishing.workspace.git('rev-parse', 'HEAD');
    const newer = await publishChange();
    publishing.workspace.git('checkout', '-q', old);
    write('compose.yaml', compose(`${nameOf('app')}@${newer}`));
    write('registries.yaml', settings(', guard: false'));
    expect(await pin()).toBe(true);
    expect(read('compose.yaml')).not.toContain(newer);
  });

  it('holds an image with uncommitted changes', async () => {
    writeCompose(nameOf('app'));
    publishing.workspace.commit('compose');
    await publishing.build('app');
    write('source.txt', 'changed');
    await publish();
    expect([await pin({}, { published: ['app'] }), printed]).toEqual([true, expect.stringContaining('uncommitted changes')]);
    expect(await pin({ force: true }, { published: ['app'] })).toBe(true);
    expect(read('compose.yaml')).toMatch(DIGEST);
  });
});

describe('a pin that finds problems', () => {
  it('names every image that is not published, and writes no file', async () => {
    writeCompose(nameOf('app'));
    write('other.yaml', `image: ${nameOf('web')}:v1\n---\nimage: ${nameOf('job')}:v1\n`);
    publishing.workspace.git('add', '.');
    await publishChange();
    expect(await pin({}, { projects: ['app', 'web', 'job', 'unused'] })).toBe(false);
    expect(printed).toMatch(
      /2 problems\n.+\/acme\/web is not published: there is no [0-9a-f]{7}, .*latest.*\n.+\/acme\/job is not published/,
    );
    expect(printed).not.toContain('unused');
    expect(read('compose.yaml')).toBe(compose(nameOf('app')));
  });

  it('tells a registry that cannot be asked from an image that is not there', async () => {
    writeCompose(nameOf('app'));
    publishing.workspace.commit('compose');
    await registry.close();
    expect(await pin()).toBe(false);
    expect(printed).toMatch(/\/acme\/app is unknown: Cannot /);
    // Nobody knows whether something is missing.
    expect(printed).not.toContain('Publish what is missing');
    expect(printed).toContain('Run again when the registry can be asked');
    registry = await startRegistry();
  }, 60_000);

  it.each([
    ['answers one of several images with errors', { status: 500 }],
    ['answers one of several images with rubbish', { status: 200, body: '{' }],
  ])(
    'writes no file if the registry %s, and tells that from an image that is not there',
    async (_, answer) => {
      const projects = ['app', 'web', 'job'];
      for (const name of projects) writeCompose(nameOf(name), `${name}/compose.yaml`);
      for (const name of ['app', 'web']) await publishing.build(name);
      publishing.workspace.commit('compose');
      await publish({ projects: ['app', 'web'] });
      // The first answers about it are good, those after them are not.
      registry.faults.add({ method: 'GET', path: /\/acme\/web\/(?:manifests|blobs)\//, times: Infinity, answer });
      expect(await pin({}, { projects })).toBe(false);
      expect(printed).toMatch(/2 problems\n/);
      expect(printed).toMatch(/\/acme\/web is unknown: /);
      expect(printed).toMatch(/\/acme\/job is not published: there is no /);
      expect(printed).toContain('Publish what is missing, and run again when the registry can be asked');
      for (const name of projects) expect(read(`${name}/compose.yaml`)).toBe(compose(nameOf(name)));
      registry.faults.clear();
      expect([await pin({ files: ['app/*', 'web/*'] }, { projects }), printed]).toEqual([true, expect.stringContaining('Pinned 2 files.')]);
    },
    60_000,
  );

  it('names all patterns that match no file', async () => {
    expect(await pin({ files: ['a/*.yaml', 'b/{c,d}.yaml'] })).toBe(false);
    expect(printed).toMatch(/2 problems\n.*a\/\*\.yaml.*matches no file.*\n.*braces are not expanded/);
  });

  it('names all patterns for files outside of the workspace', async () => {
    expect(await pin({ files: ['../x/*.yaml', '/etc/*.yaml', '!a/../../*'] })).toBe(false);
    expect(printed).toMatch(
      /3 problems\n.*"\.\.\/x\/\*\.yaml" is outside of the workspace.*\n.*"\/etc\/\*\.yaml".*\n.*"!a\/\.\.\/\.\.\/\*"/,
    );
  });

  it('names all wrong options', async () => {
    expect(await pin({ file: 'a', tag: 'none' } as unknown as PinOptions)).toBe(false);
    expect(printed).toMatch(/2 problems[\s\S]+did you mean `files`[\s\S]+`tag`: "none" is unknown/);
  });
});

describe('the files of a pin', () => {
  it('are compared by --check and --dryRun, which write nothing and show the difference', async () => {
    const text = `\uFEFF# ä\r\n${compose(nameOf('app')).replaceAll('\n', '\r\n')}x-end: 1`;
    write('compose.yaml', text);
    publishing.workspace.git('add', '.');
    const digest = await publishChange();
    for (const options of [{ check: true }, { dryRun: true }]) {
      expect(await pin(options)).toBe('dryRun' in options);
      expect(printed).toMatch(/^--- a\/compose\.yaml\n\+\+\+ b\/compose\.yaml\n@@ -1,5 \+1,5 @@\n/);
      expect(printed).toContain(`\n-    image: ${nameOf('app')} # the app\n+    image: ${nameOf('app')}:`);
      expect(read('compose.yaml')).toBe(text);
    }
    expect(await pin()).toBe(true);
    const name = new RegExp(`${nameOf('app')}:[^ ]+@${digest}`);
    expect(read('compose.yaml')).toMatch(name);
    expect(read('compose.yaml').replace(name, nameOf('app'))).toBe(text);
  });

  it('keep their permissions and links, and leave nothing beside them', async () => {
    writeCompose(nameOf('app'), 'deploy/real.yaml');
    const { root } = publishing.workspace;
    chmodSync(join(root, 'deploy/real.yaml'), 0o640);
    symlinkSync('deploy/real.yaml', join(root, 'compose.yaml'));
    const outside = join(tmpdir(), `pin-outside-${process.pid}.yaml`);
    writeFileSync(outside, compose(nameOf('app')));
    symlinkSync(outside, join(root, 'outside.yaml'));
    await publishChange();
    try {
      expect([await pin(), printed]).toEqual([true, expect.stringContaining('"outside.yaml" is a link out of the workspace')]);
      expect(readFileSync(outside, 'utf8')).toBe(compose(nameOf('app')));
    } finally {
      rmSync(outside);
    }
    expect(read('deploy/real.yaml')).toMatch(DIGEST);
    expect(lstatSync(join(root, 'compose.yaml')).isSymbolicLink()).toBe(true);
    expect(statSync(join(root, 'deploy/real.yaml')).mode & 0o777).toBe(0o640);
    expect(readdirSync(join(root, 'deploy'))).toEqual(['real.yaml']);
  });

  it('are all left alone if one of them cannot be replaced', async () => {
    writeCompose(nameOf('app'), 'a/compose.yaml');
    writeCompose(nameOf('app'), 'b/compose.yaml');
    await publishChange();
    const { root } = publishing.workspace;
    // The name of a file in this folder is longer than any file system allows for the one that is written beside it.
    const long = `b/${'x'.repeat(240)}.yaml`;
    mkdirSync(join(root, 'b'), { recursive: true });
    write(long, compose(nameOf('app')));
    publishing.workspace.git('add', '.');
    expect([await pin(), printed]).toEqual([
      false,
      expect.stringMatching(/Cannot write b\/x+\.yaml: ENAMETOOLONG[\s\S]+No file was changed/),
    ]);
    expect(read('a/compose.yaml')).toBe(compose(nameOf('app')));
    expect(readdirSync(join(root, 'a'))).toEqual(['compose.yaml']);
  });

  it('are values beside a chart, too, which have the tag alone', async () => {
    write('chart/values.yaml', `image:\n  repository: ${nameOf('app')}\n  tag: ""\n`);
    write('chart/values-prod.yaml', 'image:\n  tag: v1 # now\n');
    publishing.workspace.git('add', '.');
    const digest = await publishChange();
    expect(await pin({ files: ['chart/values-prod.yaml'] })).toBe(true);
    expect(read('chart/values-prod.yaml')).toMatch(new RegExp(`^image:\n  tag: [0-9a-f]{7}@${digest} # now\n$`));
    expect(read('chart/values.yaml')).toContain('tag: ""');
  });

  it.each([
    ['is not UTF-8', Buffer.from('# \xe9\nimage:\n  tag: ""\n', 'latin1'), /"chart\/values\.yaml" is not UTF-8/],
    ['is not YAML', 'image: [\n  tag: ""\n', /"chart\/values\.yaml" is not YAML \(line \d\)/],
  ])('are named if they override values of a chart, which %s', async (_, values, reason) => {
    write('chart/values.yaml', '');
    writeFileSync(join(publishing.workspace.root, 'chart/values.yaml'), values);
    write('chart/values-prod.yaml', 'image:\n  tag: v1\n');
    write('chart/values-size.yaml', 'replicas: 2\n');
    publishing.workspace.git('add', '.');
    await publishChange();
    for (const options of [{}, { files: ['chart/values-*.yaml'] }]) {
      expect(await pin(options)).toBe(true);
      expect(printed).toMatch(/! "chart\/values-prod\.yaml" was searched without the values that it overrides: /);
      expect(printed).toMatch(reason);
      expect(printed).not.toContain('values-size');
    }
  });

  it('are values beside charts that share theirs by links', async () => {
    write('common.yaml', `image:\n  repository: ${nameOf('app')}\n  tag: ""\n`);
    for (const chart of ['a', 'b']) {
      write(`${chart}/values-prod.yaml`, 'image:\n  tag: v1\n');
      symlinkSync('../common.yaml', join(publishing.workspace.root, chart, 'values.yaml'));
    }
    publishing.workspace.git('add', '.');
    await publishChange();
    expect(await pin({ files: ['*/values-prod.yaml'] })).toBe(true);
    for (const chart of ['a', 'b']) expect(read(`${chart}/values-prod.yaml`)).toMatch(DIGEST);
  });

  it('are named if escapes or a line break hide the name of an image', async () => {
    const name = nameOf('app');
    write('a.yaml', `image: "${name.replace(/app$/, String.raw`\u0061pp`)}:v1"\n`);
    write('b.yaml', `image: "${name.replace(/app$/, 'a\\\n  pp')}:v1"\n`);
    publishing.workspace.git('add', '.');
    await publishChange();
    expect(await pin()).toBe(true);
    for (const file of ['a', 'b'])
      expect(printed).toContain(`${file}.yaml\n  1: ! ${name}: not pinned, because it is written with escapes`);
  });

  it('are not those that a killed pin has left, which the next one removes', async () => {
    writeCompose(nameOf('app'), 'deploy/compose.yaml');
    await publishChange();
    const { root } = publishing.workspace;
    const left = (file: string) => `deploy/.${file}.nx-oci-${randomUUID()}`;
    const [old, fresh, foreign] = [left('compose.yaml'), left('compose.yaml'), left('other.yaml')];
    for (const file of [old, fresh, foreign]) write(file, compose(nameOf('app')));
    for (const file of [old, foreign]) utimesSync(join(root, file), new Date(0), new Date(0));
    expect([await pin({ files: ['deploy/*'], check: true }), printed]).toEqual([false, expect.stringContaining('Behind: 1 file.')]);
    expect(readdirSync(join(root, 'deploy'))).toHaveLength(4);
    expect([await pin({ files: ['deploy/*'] }), printed]).toEqual([true, expect.stringContaining('Pinned 1 file.')]);
    // A fresh one may be of a pin that still runs; another name is of a file that this pin does not know.
    expect(readdirSync(join(root, 'deploy')).map((file) => `deploy/${file}`)).toEqual(
      [fresh, foreign].sort().concat('deploy/compose.yaml'),
    );
  });

  // Only root may give files away.
  (process.getuid?.() === 0 ? it : it.skip)('keep their owner', async () => {
    writeCompose(nameOf('app'));
    const file = join(publishing.workspace.root, 'compose.yaml');
    chownSync(file, 1234, 1235);
    await publishChange();
    expect(await pin()).toBe(true);
    expect(read('compose.yaml')).toMatch(DIGEST);
    expect(statSync(file)).toMatchObject({ uid: 1234, gid: 1235 });
  });

  it('are those that patterns name, or the tracked ones except those of CI', async () => {
    for (const file of ['.github/workflows/ci.yml', 'deploy/a.yaml', 'deploy/old/b.yaml']) writeCompose(nameOf('app'), file);
    await publishChange();
    write('new/c.yml', compose(nameOf('app')));
    expect(await pin({ files: ['deploy/**/*.yaml', 'new/*', '!deploy/old/**'] })).toBe(true);
    const isPinned = (file: string): boolean => DIGEST.test(read(file));
    const files = ['deploy/a.yaml', 'deploy/old/b.yaml', 'new/c.yml', '.github/workflows/ci.yml'];
    expect(files.map(isPinned)).toEqual([true, false, true, false]);
    expect(await pin()).toBe(true);
    expect(files.map(isPinned)).toEqual([true, true, true, false]);
  });
});
