import { Readable } from 'node:stream';

import { type ExecutorContext, type TaskGraph } from '@nx/devkit';
import { openLayout } from '@nx-oci/layout';
import { copyImage, formatPlatform, parseManifest } from '@nx-oci/model';
import { makeIndex, MemoryStore } from '@nx-oci/model/testing';
import { createRegistryClient } from '@nx-oci/distribution';
import { imageFolder } from '@nx-oci/publish';
import { makeWorkspace, type TestWorkspace } from '@nx-oci/publish/testing';
import { startRegistry, type RunningRegistry } from '@nx-oci/registry';

import buildBatch from './batch';

let workspace: TestWorkspace;
let registry: RunningRegistry;

beforeEach(async () => {
  workspace = makeWorkspace();
  registry = await startRegistry();
  workspace.write('registries.yaml', `registries: { one: { host: '${registry.host}', namespace: team } }\n`);
});
afterEach(async () => {
  workspace.remove();
  await registry.close();
});

interface Image {
  readonly base?: string;
  readonly dependsOn?: readonly string[];
  readonly from?: string;
  readonly platforms?: string[];
}

const named = (project: string): string => `${registry.host}/team/${project}`;

/** Builds the images of a workspace in one batch, as Nx calls it. @returns the output of each task */
async function build(images: Readonly<Record<string, Image>>): Promise<Readonly<Record<string, string>>> {
  const projects = Object.entries(images).map(([name, { base, dependsOn = [], from = `${name}/files`, platforms }]) => {
    if (from === `${name}/files`) workspace.write(`${from}/${name}.txt`, name);
    const options = { layers: [{ from, to: '/srv' }], ...(base !== undefined && { base }), ...(platforms && { platforms }) };
    const image = {
      executor: 'nx-oci:build',
      dependsOn: dependsOn.map((project) => ({ projects: [project], target: 'image' })),
      options,
    };
    return [name, { root: name, targets: { image, publish: { executor: 'nx-oci:publish', dependsOn: ['image'] } } }] as const;
  });
  const ids = Object.keys(images).map((project) => `${project}:image`);
  const batch = {
    roots: [],
    continuousDependencies: {},
    tasks: Object.fromEntries(ids.map((id) => [id, { id, target: { project: id.split(':')[0], target: 'image' }, overrides: {} }])),
    dependencies: Object.fromEntries(
      Object.entries(images).map(([name, { dependsOn = [] }]) => [`${name}:image`, dependsOn.map((one) => `${one}:image`)]),
    ),
  } as unknown as TaskGraph;
  const context = {
    root: workspace.root,
    projectsConfigurations: { version: 2, projects: Object.fromEntries(projects) },
    projectGraph: { nodes: {}, dependencies: {} },
    nxJsonConfiguration: {},
    taskGraph: batch,
  } as unknown as ExecutorContext;
  const inputs = Object.fromEntries(projects.map(([name, { targets }]) => [`${name}:image`, targets.image.options]));
  const results = await buildBatch(batch, inputs, {}, context);
  return Object.fromEntries(Object.entries(results).map(([id, { status, terminalOutput }]) => [id, `${status}: ${terminalOutput}`]));
}

async function readBuilt(project: string) {
  const layout = await openLayout(imageFolder(workspace.root, project));
  const [entry] = await layout.entries();
  if (entry === undefined) throw new Error('no image');
  const { layers } = parseManifest(await layout.readDocument(entry), entry.mediaType);
  const isHere = await Promise.all(layers.map((layer) => layout.has(layer)));
  return { layers: layers.map(({ digest }) => digest), isHere, platform: entry.platform && formatPlatform(entry.platform) };
}

it('builds a chain of images on each other, in their order, from layouts alone', async () => {
  const results = await build({
    api: { base: `${named('web-base')}:latest`, dependsOn: ['web-base'] },
    'web-base': { base: named('os-base'), dependsOn: ['os-base'] },
    'os-base': {},
  });
  expect(Object.values(results).map((text) => text.split(':')[0])).toEqual(['success', 'success', 'success']);
  const [os, web, api] = await Promise.all(['os-base', 'web-base', 'api'].map(readBuilt));
  expect(web?.layers.slice(0, 1)).toEqual(os?.layers);
  expect(api?.layers.slice(0, 2)).toEqual(web?.layers);
  expect(api?.layers).toHaveLength(3);
  expect(api?.isHere).toEqual([true, true, true]);
  expect(registry.log.entries()).toEqual([]);
});

it('builds no image whose base failed, and names the base', async () => {
  const results = await build({
    api: { base: `${named('os-base')}:1`, dependsOn: ['os-base'] },
    'os-base': { from: 'nowhere' },
    other: {},
  });
  expect(results['os-base:image']).toMatch(/^failure: .*nowhere/s);
  expect(results['api:image']).toBe('skipped: Not built: os-base:image failed.\n');
  expect(results['other:image']).toMatch(/^success/);
});

it('refuses an image that would be built before its base, with the line to add', async () => {
  const results = await build({ api: { base: named('os-base') }, 'os-base': {} });
  expect(results['api:image']).toMatch(/^failure/);
  expect(results['api:image']).toContain(`the option \`base\` names ${named('os-base')}, the image of os-base`);
  expect(results['api:image']).toContain('Add { "projects": ["os-base"], "target": "image" } to `dependsOn` of api:image.');
});

it('names a cycle with the lines that make it', async () => {
  const results = await build({ a: { base: named('b') }, b: { base: `${named('c')}:edge` }, c: { base: named('a') } });
  expect(results['a:image']).toContain('it is based on itself: a → b → c → a.');
  expect(results['a:image']).toContain(`b: the option \`base\` names ${named('c')}:edge, the image of c`);
  expect(Object.values(results).every((text) => text.startsWith('failure'))).toBe(true);
});

it('refuses an image for a platform that its base lacks before anything is built, with all that are lacking', async () => {
  const results = await build({
    api: { base: named('web-base'), dependsOn: ['web-base'], platforms: ['linux/amd64', 'linux/aarch64', 'linux/s390x'] },
    'web-base': { base: named('os-base'), dependsOn: ['os-base'], platforms: ['linux/amd64', 'linux/arm64'] },
    'os-base': { platforms: ['linux/arm64', 'linux/amd64'] },
    other: { base: named('web-base'), dependsOn: ['web-base'], platforms: ['linux/arm64'] },
  });
  expect(results['api:image']).toContain(
    `the option \`base\` names ${named('web-base')}, the image of web-base: it is for linux/amd64 and linux/arm64, not for linux/s390x`,
  );
  expect(results['api:image']).toContain('Add linux/s390x to `platforms` of web-base');
  expect(results['other:image']).toMatch(/^success/);
});

it.each([
  ['a digest', (name: string) => `${name}@sha256:${'a'.repeat(64)}`],
  ['a version', (name: string) => `${name}:1.2.3`],
  ['a commit', (name: string) => `${name}:0a1b2c3`],
])('takes a base that is named by %s from its registry', async (_what, pin) => {
  const results = await build({ api: { base: pin(named('os-base')) }, 'os-base': {} });
  expect(results['api:image']).toContain('does not exist');
});

it('looks up the bases of all images before it builds one, each once, and names all that lack a platform', async () => {
  const base = await pushIndex();
  const results = await build({
    one: { base, platforms: ['linux/amd64', 'linux/s390x'] },
    two: { base, platforms: ['linux/amd64'] },
    three: { base, platforms: ['linux/arm64', 'linux/arm/v7'] },
  });
  expect(results['one:image']).toMatch(/^failure: .*does not support linux\/s390x/s);
  expect(results['three:image']).toMatch(/^failure: .*does not support linux\/arm\/v7/s);
  expect(results['two:image']).toMatch(/^success/);
  const looks = registry.log.entries().filter(({ method, path }) => method === 'GET' && path.endsWith('/manifests/1'));
  expect(looks).toHaveLength(1);
});

/** An image for amd64 and arm64 in the registry. */
async function pushIndex(): Promise<string> {
  const made = makeIndex();
  const store = new MemoryStore();
  for (const { descriptor, bytes } of made.contents) await store.push(descriptor, () => Promise.resolve(Readable.from([bytes])));
  const client = createRegistryClient({ credentials: { find: () => Promise.resolve({ searched: [] }) } });
  const target = client.repository({ registry: registry.host, repository: 'other/base', access: 'push' });
  await copyImage(store, target, made.index.descriptor);
  await target.tag(made.index, '1');
  await client.close();
  registry.log.clear();
  return `${registry.host}/other/base:1`;
}
