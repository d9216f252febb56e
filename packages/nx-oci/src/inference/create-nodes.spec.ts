import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { type NxJsonConfiguration } from '@nx/devkit';

import { createNodes, createNodesV2 } from './create-nodes';
import { type PluginOptions } from './plugin-options';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'nx-oci-inference-'));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

type Files = Readonly<Record<string, object | ''>>;
type TargetDefaults = NxJsonConfiguration['targetDefaults'];

/** Projects by root, of a workspace that holds these files. */
async function infer(files: readonly string[], options?: PluginOptions, targetDefaults?: TargetDefaults) {
  const results = await createNodesV2[1](files, options, { workspaceRoot: root, nxJsonConfiguration: { targetDefaults } });
  return results.flatMap(([, { projects = {} }]) => Object.entries(projects));
}

async function write(files: Files): Promise<void> {
  for (const [file, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), content === '' ? '' : JSON.stringify(content));
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

  it('prefers the Dockerfile where both are', async () => {
    const found = await inferFrom({ 'a/Dockerfile': '', 'a/Containerfile': '', 'a/project.json': {} });
    expect(found).toEqual({ a: { name: 'a', dockerfile: 'a/Dockerfile', targets: ['image', 'publish', 'nx-release-publish', 'doctor'] } });
  });

  it('passes over folders that are no projects', async () => {
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

  it('takes a Dockerfile at the root only where the workspace is a project itself', async () => {
    expect(await inferFrom({ Dockerfile: '', 'package.json': { name: 'workspace' } })).toEqual({});
    expect(await inferFrom({ Dockerfile: '', 'package.json': { name: 'workspace', nx: {} } })).toEqual({
      '.': { name: 'workspace', dockerfile: 'Dockerfile', targets: ['image', 'publish', 'nx-release-publish', 'doctor'] },
    });
    expect(await inferFrom({ Dockerfile: '', 'project.json': { name: 'standalone' } })).toMatchObject({ '.': { name: 'standalone' } });
  });

  it('names the targets as nx.json says, or stays away', async () => {
    const files = { 'a/Dockerfile': '', 'a/project.json': {} } as const;
    expect(await inferFrom(files, { imageTargetName: 'oci', publishTargetName: 'push' })).toMatchObject({
      a: { targets: ['oci', 'push', 'nx-release-publish', 'doctor'] },
    });
    expect(await inferFrom(files, { infer: false })).toEqual({});
  });

  it('lets nx release publish every project that publishes an image, also where no Dockerfile is', async () => {
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

  it('needs for a release what the publish needs, as written in the project or in nx.json', async () => {
    const dockerfile = { 'a/Dockerfile': '' } as const;
    expect(await releaseTargets({ ...dockerfile, 'a/project.json': {} })).toMatchObject({ a: { dependsOn: ['image'] } });
    const written = { 'a/project.json': { targets: { publish: { executor: 'nx-oci:publish', dependsOn: ['sign'] } } } };
    expect(await releaseTargets({ ...dockerfile, ...written })).toMatchObject({ a: { dependsOn: ['sign'] } });
    const targetDefaults = { publish: { executor: 'nx-oci:publish', dependsOn: ['image'] } };
    expect(await releaseTargets({ 'b/project.json': { targets: { publish: {} } } }, undefined, targetDefaults)).toMatchObject({
      b: { executor: 'nx-oci:release-publish', dependsOn: ['image'] },
    });
  });

  it('gives the targets of release and doctor other names, or leaves them out', async () => {
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

  it('leaves to Nx what is no JSON', async () => {
    await inferFrom({ 'a/project.json': {} });
    await writeFile(path.join(root, 'a/project.json'), '{ <%= name %> }');
    expect(await infer(['a/project.json'])).toEqual([]);
  });
});
