import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { type NxJsonConfiguration } from '@nx/devkit';

import { createDependencies } from './create-dependencies';
import { createNodes, createNodesV2 } from './create-nodes';
import { type PluginOptions } from './plugin-options';

// What Nx 23 generates with --docker, shortened.
const NX_DOCKERFILE =
  'FROM docker.io/node:lts-alpine\nWORKDIR /app\nCOPY dist .\nRUN npm --omit=dev -f install\nCMD [ "node", "main.js" ]\n';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'nx-oci-inference-'));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

type Files = Readonly<Record<string, object | string>>;
type TargetDefaults = NxJsonConfiguration['targetDefaults'];

/** Projects by root, for a workspace with these files. */
async function infer(files: readonly string[], options?: PluginOptions, targetDefaults?: TargetDefaults) {
  const results = await createNodesV2[1](files, options, { workspaceRoot: root, nxJsonConfiguration: { targetDefaults } });
  return results.flatMap(([, { projects = {} }]) => Object.entries(projects));
}

async function write(files: Files): Promise<void> {
  for (const [file, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), typeof content === 'string' ? content : JSON.stringify(content));
  }
}

async function inferFrom(files: Files, options?: PluginOptions): Promise<Record<string, unknown>> {
  await write(files);
  return Object.fromEntries(
    (await infer(Object.keys(files), options)).map(([folder, { name, targets = {} }]) => [
      folder,
      { name, dockerfile: targets['image']?.options?.dockerfile, targets: Object.keys(targets) },
    ]),
  );
}

async function releaseTargets(files: Files, options?: PluginOptions, targetDefaults?: TargetDefaults): Promise<Record<string, unknown>> {
  await write(files);
  const projects = await infer(Object.keys(files), options, targetDefaults);
  return Object.fromEntries(projects.map(([folder, { targets = {} }]) => [folder, targets['nx-release-publish']]));
}

describe('images on images of the workspace', () => {
  const REGISTRIES = 'registries: { ghcr: { host: ghcr.io, namespace: "${OWNER:-acme}" } }\n';
  const project = (name: string, dockerfile: string): Files => ({ [`${name}/project.json`]: { name }, [`${name}/Dockerfile`]: dockerfile });

  /** The tasks of bases that each image depends on, and the edges of the project graph. */
  async function dependencies(files: Files): Promise<readonly string[]> {
    await write({ 'registries.yaml': REGISTRIES, ...files });
    const inferred = await infer(Object.keys(files).filter((file) => /Dockerfile|project\.json/.test(file)));
    const written = (folder: string) => (files[`${folder}/project.json`] as { readonly targets?: object } | undefined)?.targets;
    const projects = Object.fromEntries(
      inferred.map(([folder, { name = '', targets }]) => [name, { root: folder, targets: { ...written(folder), ...targets } }]),
    );
    const context = { projects, workspaceRoot: root, nxJsonConfiguration: {} } as unknown as Parameters<typeof createDependencies>[1];
    const edges = (await createDependencies(undefined, context)).map(({ source, target, type }) => `${source} → ${target} (${type})`);
    const tasks = Object.entries(projects).flatMap(([name, { targets = {} }]) =>
      (targets['image']?.dependsOn ?? []).flatMap((one) =>
        typeof one === 'string' ? [] : [`${name}:image after ${[one.projects].flat().join()}:${one.target}`],
      ),
    );
    return [...edges, ...tasks];
  }

  it('are edges of the graph and tasks before: FROM, COPY and mounts, with build arguments', async () => {
    const found = await dependencies({
      ...project('base', 'FROM alpine'),
      ...project('tools', 'FROM alpine'),
      ...project('assets', 'FROM alpine'),
      ...project(
        'app',
        'ARG REGISTRY=ghcr.io/acme\nFROM ${REGISTRY}/base:edge\nCOPY --from=ghcr.io/acme/tools /bin /bin\nRUN --mount=from=ghcr.io/acme/assets:latest,target=/a ls /a',
      ),
    });
    const others = ['base', 'tools', 'assets'];
    expect(found.toSorted()).toEqual(
      [...others.map((name) => `app → ${name} (implicit)`), ...others.map((name) => `app:image after ${name}:image`)].toSorted(),
    );
  });

  it.each([
    ['another registry', 'FROM docker.io/acme/base'],
    ['another namespace', 'FROM ghcr.io/others/base'],
    ['a digest', `FROM ghcr.io/acme/base@sha256:${'a'.repeat(64)}`],
    ['a version', 'FROM ghcr.io/acme/base:v1.2.3'],
    ['a stage that the image does not need', 'FROM ghcr.io/acme/base AS x\nFROM alpine'],
    ['its own image, published before', 'FROM ghcr.io/acme/app:latest'],
  ])('are not meant by %s', async (_what, dockerfile) => {
    expect(await dependencies({ ...project('base', 'FROM alpine'), ...project('app', dockerfile) })).toEqual([]);
  });

  it('are edges, but no tasks, in a cycle: the build names it', async () => {
    const found = await dependencies({ ...project('a', 'FROM ghcr.io/acme/b'), ...project('b', 'FROM ghcr.io/acme/a') });
    expect(found).toEqual(['a → b (implicit)', 'b → a (implicit)']);
  });

  it.each([
    ['no edge of an app that @nx/esbuild builds if the base has no package.json, which it would read', false, {}, []],
    ['an edge of such an app if the base has one', false, { 'base/package.json': { name: 'base' } }, ['app → base (implicit)']],
    ['an edge of such an app if it is bundled', true, {}, ['app → base (implicit)']],
  ])('are %s', async (_what, bundle, more, edges) => {
    const app = { name: 'app', targets: { build: { executor: '@nx/esbuild:esbuild', options: { bundle } } } };
    const files = { ...project('base', 'FROM alpine'), ...project('app', 'FROM ghcr.io/acme/base'), 'app/project.json': app, ...more };
    expect(await dependencies(files)).toEqual([...edges, 'app:image after base:image']);
  });

  it('leave the graph as it is if registries.yaml is invalid', async () => {
    const files = { ...project('base', 'FROM alpine'), ...project('app', 'FROM ghcr.io/acme/base') };
    expect(await dependencies({ ...files, 'registries.yaml': 'registries: [' })).toEqual([]);
  });
});

it('is exported under the names of Nx 22 and of Nx 23', () => {
  expect(createNodes).toBe(createNodesV2);
  expect(createNodes[0]).toBe('**/{Dockerfile,Containerfile,project.json,package.json}');
});

describe('inference', () => {
  it('finds projects with a Dockerfile or Containerfile', async () => {
    expect(
      await inferFrom({
        'apps/api/Dockerfile': '',
        'apps/api/project.json': { name: 'the-api' },
        'apps/web/Containerfile': '',
        'apps/web/package.json': { name: '@acme/web' },
      }),
    ).toEqual({
      'apps/api': { name: 'the-api', dockerfile: 'apps/api/Dockerfile', targets: ['image', 'publish', 'nx-release-publish', 'doctor'] },
      'apps/web': {
        name: '@acme/web',
        dockerfile: 'apps/web/Containerfile',
        targets: ['image', 'publish', 'nx-release-publish', 'doctor'],
      },
    });
  });

  it('prefers the Dockerfile if both exist', async () => {
    const found = await inferFrom({ 'a/Dockerfile': '', 'a/Containerfile': '', 'a/project.json': {} });
    expect(found).toEqual({ a: { name: 'a', dockerfile: 'a/Dockerfile', targets: ['image', 'publish', 'nx-release-publish', 'doctor'] } });
  });

  it('skips folders that are not projects', async () => {
    expect(
      await inferFrom({
        'docker/Dockerfile': '',
        'node_modules/x/Dockerfile': '',
        'node_modules/x/package.json': { name: 'x' },
        'dist/apps/api/Dockerfile': '',
        'dist/apps/api/package.json': { name: 'api' },
      }),
    ).toEqual({});
  });

  it('uses a Dockerfile at the root only if the workspace itself is a project', async () => {
    expect(await inferFrom({ Dockerfile: '', 'package.json': { name: 'workspace' } })).toEqual({});
    expect(await inferFrom({ Dockerfile: '', 'package.json': { name: 'workspace', nx: {} } })).toEqual({
      '.': { name: 'workspace', dockerfile: 'Dockerfile', targets: ['image', 'publish', 'nx-release-publish', 'doctor'] },
    });
    expect(await inferFrom({ Dockerfile: '', 'project.json': { name: 'standalone' } })).toMatchObject({ '.': { name: 'standalone' } });
  });

  it('uses the target names of nx.json, or infers nothing if they say so', async () => {
    const files = { 'a/Dockerfile': '', 'a/project.json': {} } as const;
    expect(await inferFrom(files, { imageTargetName: 'oci', publishTargetName: 'push' })).toMatchObject({
      a: { targets: ['oci', 'push', 'nx-release-publish', 'doctor'] },
    });
    expect(await inferFrom(files, { infer: false })).toEqual({});
  });

  it('gives every project that publishes an image the target for nx release, even without a Dockerfile', async () => {
    const publish = { executor: 'nx-oci:publish', dependsOn: ['image'] };
    const files = {
      'apps/api/project.json': { targets: { push: publish } },
      'apps/web/package.json': { name: '@acme/web', nx: { targets: { publish } } },
      'apps/docs/project.json': { targets: { publish: { executor: '@acme/docs:publish' } } },
      'libs/ui/package.json': { name: '@acme/ui' },
    };
    const target = { executor: 'nx-oci:release-publish', dependsOn: ['image'], cache: false };
    expect(await releaseTargets(files)).toEqual({
      'apps/api': expect.objectContaining(target),
      'apps/web': expect.objectContaining(target),
    });
  });

  it('gives a release the dependencies of the publish, from the project or nx.json', async () => {
    const dockerfile = { 'a/Dockerfile': '' } as const;
    expect(await releaseTargets({ ...dockerfile, 'a/project.json': {} })).toMatchObject({ a: { dependsOn: ['image'] } });
    const written = { 'a/project.json': { targets: { publish: { executor: 'nx-oci:publish', dependsOn: ['sign'] } } } };
    expect(await releaseTargets({ ...dockerfile, ...written })).toMatchObject({ a: { dependsOn: ['sign'] } });
    const targetDefaults = { publish: { executor: 'nx-oci:publish', dependsOn: ['image'] } };
    expect(await releaseTargets({ 'b/project.json': { targets: { publish: {} } } }, undefined, targetDefaults)).toMatchObject({
      b: { executor: 'nx-oci:release-publish', dependsOn: ['image'] },
    });
  });

  it('renames or omits the targets of release and doctor', async () => {
    const files = { 'a/Dockerfile': '', 'a/project.json': {} } as const;
    expect(await inferFrom(files, { releaseTargetName: 'release-image' })).toMatchObject({
      a: { targets: ['image', 'publish', 'release-image', 'doctor'] },
    });
    expect(await inferFrom(files, { releaseTargetName: false })).toMatchObject({ a: { targets: ['image', 'publish', 'doctor'] } });
    expect(await inferFrom(files, { doctorTargetName: 'examine' })).toMatchObject({
      a: { targets: ['image', 'publish', 'nx-release-publish', 'examine'] },
    });
    expect(await inferFrom(files, { releaseTargetName: false, doctorTargetName: false })).toMatchObject({
      a: { targets: ['image', 'publish'] },
    });
  });

  it('leaves invalid JSON to Nx', async () => {
    await inferFrom({ 'a/project.json': {} });
    await writeFile(path.join(root, 'a/project.json'), '{ <%= name %> }');
    expect(await infer(['a/project.json'])).toEqual([]);
  });
});

describe('the image of a Dockerfile', () => {
  const WORKSPACE = {
    'nx.json': {},
    'package.json': { name: 'acme' },
    'apps/api/project.json': {},
    'apps/api/src/main.ts': '',
    '.gitignore': 'dist\n',
  };

  /** The image target of apps/api in a clone of a workspace with these files, with build output. */
  async function imageIn(files: Files, options?: PluginOptions, targetDefaults?: TargetDefaults) {
    execFileSync('git', ['init', '-q'], { cwd: root });
    await write({ ...WORKSPACE, 'dist/apps/api/main.js': '', 'apps/api/dist/main.js': '', ...files });
    const projects = await infer(['apps/api/Dockerfile', 'apps/api/project.json'], options, targetDefaults);
    return projects.find(([folder]) => folder === 'apps/api')?.[1].targets?.['image'];
  }

  it('has a context derived from its text, tracked files and declared outputs, not from build output on disk', async () => {
    const image = await imageIn({ 'apps/api/Dockerfile': 'FROM node:22\nCOPY nx.json package.json ./\nCOPY apps/api/src src' });
    expect(image?.options).toEqual({ engine: 'docker', dockerfile: 'apps/api/Dockerfile', context: '.' });
    expect(image?.metadata?.description).toContain('with the workspace root as its context: `nx.json` (line 2)');
    expect((await imageIn({ 'apps/api/Dockerfile': 'FROM node:22\nCOPY src src' }))?.options).not.toHaveProperty('context');
    expect((await imageIn({ 'apps/api/Dockerfile': 'FROM node:22\nCOPY dist/apps/api .' }))?.options).toMatchObject({ context: '.' });
    const target = { outputs: ['{workspaceRoot}/out/{projectName}'] };
    const outputs = { 'apps/api/project.json': { targets: { build: target } }, 'apps/api/Dockerfile': 'FROM node:22\nCOPY out/api .' };
    expect((await imageIn(outputs))?.options).toMatchObject({ context: '.' });
  });

  it('has the context of nx.json, or of its own target', async () => {
    const files = { 'apps/api/Dockerfile': 'FROM node:22\nCOPY . .' };
    expect((await imageIn(files))?.options).not.toHaveProperty('context');
    expect((await imageIn(files, { dockerfileContext: 'workspace' }))?.options).toMatchObject({ context: '.' });
    const project = { 'apps/api/project.json': { targets: { image: { options: { context: 'apps' } } } } };
    expect((await imageIn({ ...files, ...project }, { dockerfileContext: 'workspace' }))?.options).toMatchObject({ context: 'apps' });
    const nx = { ...files, 'apps/api/Dockerfile': 'FROM node:22\nCOPY nx.json .' };
    expect((await imageIn({ ...nx, 'apps/api/project.json': {} }, { dockerfileContext: 'project' }))?.options).not.toHaveProperty(
      'context',
    );
  });

  it('is not inferred against its configured target', async () => {
    const image = (options: object) => ({ 'apps/api/Dockerfile': 'FROM x', 'apps/api/project.json': { targets: { image: { options } } } });
    for (const options of [{ engine: 'native' }, { base: 'scratch' }, { layers: [] }]) {
      const inferred = await imageIn(image(options));
      expect(inferred).toMatchObject({ executor: 'nx-oci:build', cache: true, outputs: expect.anything(), dependsOn: ['build'] });
      expect(inferred).not.toHaveProperty('options');
    }
    expect(await imageIn(image({ engine: 'podman' }))).toMatchObject({ options: { engine: 'podman' }, outputs: expect.anything() });
    const elsewhere = { ...image({ dockerfile: 'docker/api' }), 'docker/api': 'FROM a\nCOPY nx.json .' };
    expect((await imageIn(elsewhere))?.options).toMatchObject({ dockerfile: 'docker/api', context: '.' });
    const defaults = { 'nx-oci:build': { options: { engine: 'native' } } };
    expect(await imageIn(image({}), undefined, defaults)).not.toHaveProperty('options');
  });

  it.each<[string, Files, readonly string[] | undefined]>([
    ['build', { 'apps/api/Dockerfile': 'FROM a\nCOPY dist .' }, ['build']],
    [
      'nothing, where it builds inside',
      { 'apps/api/Dockerfile': 'FROM a\nCOPY apps/api/src nx.json ./\nRUN npm ci && npm run build' },
      undefined,
    ],
    ['nothing, where it copies nothing', { 'apps/api/Dockerfile': 'FROM a\nRUN apk add x' }, undefined],
    [
      'build, where it builds inside from what a build made',
      { 'apps/api/Dockerfile': 'FROM a\nCOPY dist .\nRUN npm run build' },
      ['build'],
    ],
    [
      'build and prune, where Nx generated it',
      {
        'apps/api/package.json': {},
        'apps/api/project.json': {
          targets: { prune: { executor: 'nx:noop' }, 'prune-lockfile': {}, 'docker:build': { dependsOn: ['build', 'prune'] } },
        },
        'apps/api/Dockerfile': NX_DOCKERFILE,
      },
      ['build', 'prune'],
    ],
    [
      'build alone, where prune is something else',
      { 'apps/api/project.json': { targets: { prune: { command: 'docker system prune' } } }, 'apps/api/Dockerfile': NX_DOCKERFILE },
      ['build'],
    ],
  ])('waits for %s', async (_what, files, dependsOn) => {
    expect((await imageIn(files))?.dependsOn).toEqual(dependsOn);
  });

  it('has the targets of a Dockerfile that it names itself, as projects do that share one', async () => {
    const shared = (app: string) => ({ name: app, targets: { image: { options: { dockerfile: 'docker/app', buildArgs: { APP: app } } } } });
    await write({ ...WORKSPACE, 'docker/app': 'FROM a\nARG APP\nCOPY package.json dist/apps/${APP} ./' });
    await write({ 'apps/cart/project.json': shared('cart'), 'apps/mail/project.json': shared('mail') });
    const projects = Object.fromEntries(await infer(['apps/cart/project.json', 'apps/mail/project.json']));
    for (const app of ['cart', 'mail']) {
      const targets = projects[`apps/${app}`]?.targets ?? {};
      expect(Object.keys(targets)).toEqual(['image', 'publish', 'nx-release-publish', 'doctor']);
      expect(targets['image']).toMatchObject({
        executor: 'nx-oci:build',
        dependsOn: ['build'],
        options: { engine: 'docker', dockerfile: 'docker/app', context: '.' },
      });
      const other = app === 'cart' ? 'mail' : 'cart';
      expect(JSON.stringify(targets['image']?.inputs)).toContain(`dist/apps/${app}`);
      expect(JSON.stringify(targets['image']?.inputs)).not.toContain(`dist/apps/${other}`);
    }
  });

  it('is not changed if the project has a complete target', async () => {
    const written = (target: object) => ({
      'apps/api/project.json': { targets: { image: { options: { dockerfile: 'docker/app' }, ...target } } },
    });
    for (const target of [{ executor: 'nx-oci:build' }, { executor: 'x:y' }, { command: 'make' }, { options: {} }]) {
      await write(written(target));
      expect(await infer(['apps/api/project.json'])).toEqual([]);
    }
    await write(written({}));
    expect(await infer(['apps/api/project.json'], undefined, { image: { executor: 'nx-oci:build' } })).toEqual([]);
  });

  it('runs git once for any number of Dockerfiles', async () => {
    const bin = path.join(root, 'dist/bin');
    const count = path.join(root, 'dist/count');
    await write({ 'dist/bin/git': `#!/bin/sh\necho >> ${count}\nPATH=${process.env['PATH'] ?? ''} exec git "$@"\n` });
    await chmod(path.join(bin, 'git'), 0o755);
    execFileSync('git', ['init', '-q'], { cwd: root });
    const names = Array.from({ length: 50 }, (_, index) => `apps/a${index}`);
    await write({
      ...WORKSPACE,
      ...Object.fromEntries(
        names.flatMap((name) => [
          [`${name}/project.json`, {}],
          [`${name}/Dockerfile`, 'FROM a\nCOPY nx.json .'],
        ]),
      ),
    });
    const before = process.env['PATH'];
    process.env['PATH'] = `${bin}:${before ?? ''}`;
    try {
      const found = await infer(names.map((name) => `${name}/Dockerfile`));
      expect(found.map(([, { targets }]) => (targets?.['image']?.options as { readonly context?: string }).context)).toEqual(
        names.map(() => '.'),
      );
      expect(await readFile(count, 'utf8')).toBe('\n');
    } finally {
      process.env['PATH'] = before;
    }
  });
});

describe('a test of an image', () => {
  const dependsOn = async (files: Files, options?: PluginOptions) => {
    await write(files);
    const [[, { targets = {} }] = ['', {}]] = await infer(Object.keys(files), options);
    return Object.fromEntries(Object.entries(targets).map(([name, target]) => [name, target.dependsOn]));
  };
  const project = (targets: object) => ({ 'api/project.json': { name: 'api', targets } });
  const docker = { 'api/Dockerfile': 'FROM scratch\n' };

  it.each([
    ['by its name', { 'image-test': {} }, 'image-test'],
    ['by its executor', { check: { executor: 'nx-oci:test', options: { user: '1000' } } }, 'check'],
  ])('runs before the publish if a project has one, %s', async (_how, targets, name) => {
    const found = await dependsOn({ ...docker, ...project(targets) });
    expect(found[name]).toEqual(['image']);
    expect([found['publish'], found['nx-release-publish']]).toEqual([
      ['image', name],
      ['image', name],
    ]);
  });

  it('is not inferred by default, nor from the name alone', async () => {
    expect((await dependsOn({ ...docker, ...project({}) }))['publish']).toEqual(['image']);
    expect((await dependsOn({ ...docker, ...project({ 'image-test': { executor: 'nx:run-commands' } }) }))['publish']).toEqual(['image']);
  });

  it('is inferred for every image if nx.json enables it', async () => {
    expect((await dependsOn({ ...docker, ...project({}) }, { test: true, testTargetName: 'try' }))['publish']).toEqual(['image', 'try']);
  });

  it('is never cached by Nx, even beside configured targets', async () => {
    await write(project({ image: { executor: 'nx-oci:build' }, 'image-test': { executor: 'nx-oci:test' } }));
    const [[, { targets = {} }] = ['', {}]] = await infer(['api/project.json']);
    expect(targets).toMatchObject({ 'image-test': { cache: false, dependsOn: ['image'] } });
    expect(Object.keys(targets)).toEqual(['image-test']);
  });
});
