import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { type NxJsonConfiguration, type TargetConfiguration } from '@nx/devkit';

import { imageParts } from '../image-inputs/image-parts';
import { createNodesV2 } from './create-nodes';
import { type PluginOptions } from './plugin-options';

const BOTH = ['linux/amd64', 'linux/arm64'];
const PARTS = { platforms: BOTH, parts: true };
const NAMES = ['image-linux-amd64', 'image-linux-arm64'];

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'nx-oci-part-targets-'));
});
afterEach(() => rm(root, { recursive: true }));

interface Given {
  readonly files: Readonly<Record<string, object | string>>;
  readonly options?: PluginOptions;
  readonly targetDefaults?: NxJsonConfiguration['targetDefaults'];
}

/** The inferred targets of the project `api`. */
async function infer({ files, options, targetDefaults }: Given): Promise<Readonly<Record<string, TargetConfiguration>>> {
  for (const [file, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), typeof content === 'string' ? content : JSON.stringify(content));
  }
  const results = await createNodesV2[1](Object.keys(files), options, { workspaceRoot: root, nxJsonConfiguration: { targetDefaults } });
  return Object.assign({}, ...results.flatMap(([, { projects = {} }]) => Object.values(projects).map(({ targets }) => targets))) as Record<
    string,
    TargetConfiguration
  >;
}

const dockerProject = (image: object, more: object = {}) => ({
  'apps/api/Dockerfile': 'FROM scratch\nCOPY dist /\n',
  'apps/api/project.json': { name: 'api', targets: { image, build: {}, ...more } },
});

describe('an image with `parts`', () => {
  it('has a target for each platform, with an output of its own, on which its publish and test depend', async () => {
    const targets = await infer({ files: dockerProject({ options: { ...PARTS, labels: { team: 'shop' } } }), options: { test: true } });
    for (const [index, name] of NAMES.entries()) {
      expect(targets[name]).toMatchObject({
        executor: 'nx-oci:build',
        dependsOn: ['build'],
        cache: false,
        outputs: [`{workspaceRoot}/dist/images/{projectName}/${name.slice('image-'.length)}`],
        options: { ...PARTS, engine: 'docker', dockerfile: 'apps/api/Dockerfile', labels: { team: 'shop' }, platform: BOTH[index] },
        inputs: ['default', '^default', { dependentTasksOutputFiles: '**/*', transitive: true }],
      });
    }
    expect(targets['image']).toMatchObject({ dependsOn: NAMES, cache: false });
    expect(targets['image']).not.toHaveProperty('outputs');
    expect(targets['publish']?.dependsOn).toEqual([...NAMES, 'image-test']);
    expect(targets['image-test']?.dependsOn).toEqual(NAMES);
    expect(targets['nx-release-publish']?.dependsOn).toEqual([...NAMES, 'image-test']);
  });

  it('has them from target defaults in nx.json, too, and under another name of the target', async () => {
    const targetDefaults = { 'nx-oci:build': { options: PARTS, cache: true } };
    const files = { 'apps/api/Dockerfile': 'FROM scratch\n', 'apps/api/package.json': { name: 'api' } };
    const targets = await infer({ files, options: { imageTargetName: 'container' }, targetDefaults });
    expect(targets['container-linux-arm64']).toMatchObject({ cache: true, options: { platform: 'linux/arm64' } });
    expect(targets['publish']?.dependsOn).toEqual(['container-linux-amd64', 'container-linux-arm64']);
  });

  it.each([
    ['nothing', {}, { dependsOn: NAMES }],
    ['its own tasks', { dependsOn: ['lint'] }, { dependsOn: NAMES }],
    ['its parts', { dependsOn: ['build', 'image-linux-*'] }, { dependsOn: NAMES }],
  ])('has them for a written target that depends on %s', async (_what, image, whole) => {
    const options = { ...PARTS, base: 'scratch', layers: [{ from: 'dist', to: '/' }] };
    const target = { executor: 'nx-oci:build', cache: true, inputs: ['default'], options, ...image };
    const publish = { executor: 'nx-oci:publish' };
    const targets = await infer({ files: { 'apps/api/project.json': { name: 'api', targets: { image: target, publish } } } });
    const [before] = [(image as TargetConfiguration).dependsOn?.filter((name) => name !== 'image-linux-*')];
    for (const [index, name] of NAMES.entries()) {
      expect(targets[name]).toMatchObject({
        executor: 'nx-oci:build',
        cache: true,
        inputs: ['default'],
        options: { ...options, platform: BOTH[index] },
      });
      expect(targets[name]?.dependsOn).toEqual(before);
    }
    expect(targets['image']).toMatchObject(whole);
    expect(targets['publish']).toMatchObject({ executor: 'nx-oci:publish', dependsOn: NAMES });
  });

  it('depends on the parts of its base for the same platforms, if that is an image of the workspace', async () => {
    const image = { options: PARTS };
    const targets = await infer({
      files: {
        'registries.yaml': "registries: { local: { host: 'localhost:5080' } }\n",
        'apps/base/Dockerfile': 'FROM scratch\nCOPY dist /\n',
        'apps/base/project.json': { name: 'base', targets: { image } },
        'apps/api/Dockerfile': 'FROM localhost:5080/base\n',
        'apps/api/project.json': { name: 'api', targets: { image } },
      },
    });
    for (const name of NAMES) expect(targets[name]?.dependsOn).toEqual([{ projects: ['base'], target: name }]);
  });

  it.each([[{ parts: false, platforms: BOTH }], [{ platforms: BOTH }], [{ parts: true }], [{ parts: true, platform: 'linux/arm64' }]])(
    'has none with %j',
    async (options) => {
      const targets = await infer({ files: dockerProject({ options }) });
      expect(Object.keys(targets)).toEqual(['image', 'publish', 'nx-release-publish', 'doctor']);
      expect(targets['publish']?.dependsOn).toEqual(['image']);
    },
  );
});

describe('the parts of an image', () => {
  const part = (platform: string, more: object = {}) => ({ executor: 'nx-oci:build', options: { parts: true, platform, ...more } });
  const partsOf = (targets: Readonly<Record<string, object>>, target = 'publish') =>
    imageParts({ projects: { api: { root: 'api', targets } }, dependencies: {}, nxJson: {} }, { project: 'api', target });
  const named = (names: Readonly<Record<string, string>>) => Object.entries(names).map(([platform, task]) => ({ platform, task }));

  it.each<[string, Readonly<Record<string, object>>, ReturnType<typeof imageParts>]>([
    ['none for an image of one machine', { image: { executor: 'nx-oci:build' }, publish: { dependsOn: ['image'] } }, undefined],
    [
      'those that the publish depends on, in its order',
      { a: part('linux/amd64'), b: part('linux/aarch64'), publish: { dependsOn: ['b', 'a'] } },
      named({ 'linux/arm64': 'api:b', 'linux/amd64': 'api:a' }),
    ],
    [
      'those of the listed platforms, in their order',
      { b: part('linux/arm64', { platforms: BOTH }), a: part('linux/amd64'), publish: { dependsOn: ['b', 'a'] } },
      named({ 'linux/amd64': 'api:a', 'linux/arm64': 'api:b' }),
    ],
    [
      'those of the target that it depends on, even if no target makes one',
      {
        image: { executor: 'nx-oci:build', options: PARTS },
        'image-linux-arm64': part('linux/arm64'),
        publish: { dependsOn: ['image'] },
      },
      named({ 'linux/amd64': 'api:image --platform=linux/amd64', 'linux/arm64': 'api:image-linux-arm64' }),
    ],
    ['those of its project, if it depends on no build', { a: part('linux/amd64'), publish: {} }, named({ 'linux/amd64': 'api:a' })],
    [
      'none if it depends on an image of one machine',
      { image: { executor: 'nx-oci:build' }, a: part('linux/amd64'), publish: { dependsOn: ['image'] } },
      undefined,
    ],
  ])('are %s', (_what, targets, expected) => {
    expect(partsOf(targets)).toEqual(expected);
  });
});
