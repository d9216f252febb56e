import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { createNodes, createNodesV2 } from './create-nodes';
import { type PluginOptions } from './plugin-options';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'nx-oci-inference-'));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

/** Names and targets by project root, of a workspace that holds these files. */
async function inferFrom(files: Readonly<Record<string, object | ''>>, options?: PluginOptions): Promise<Record<string, unknown>> {
  for (const [file, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), content === '' ? '' : JSON.stringify(content));
  }
  const dockerfiles = Object.keys(files).filter((file) => /(^|\/)(Docker|Container)file$/.test(file));
  const results = await createNodesV2[1](dockerfiles, options, { workspaceRoot: root, nxJsonConfiguration: {} });
  const projects = results.flatMap(([, { projects = {} }]) => Object.entries(projects));
  return Object.fromEntries(
    projects.map(([folder, { name, targets = {} }]) => [
      folder,
      { name, dockerfile: targets['image']?.options?.dockerfile, targets: Object.keys(targets) },
    ]),
  );
}

it('is exported under the names of Nx 22 and of Nx 23', () => {
  expect(createNodes).toBe(createNodesV2);
  expect(createNodes[0]).toBe('**/{Dockerfile,Containerfile}');
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
      'apps/api': { name: 'the-api', dockerfile: 'apps/api/Dockerfile', targets: ['image', 'publish'] },
      'apps/web': { name: '@acme/web', dockerfile: 'apps/web/Containerfile', targets: ['image', 'publish'] },
    });
  });

  it('prefers the Dockerfile where both are', async () => {
    const found = await inferFrom({ 'a/Dockerfile': '', 'a/Containerfile': '', 'a/project.json': {} });
    expect(found).toEqual({ a: { name: 'a', dockerfile: 'a/Dockerfile', targets: ['image', 'publish'] } });
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
      '.': { name: 'workspace', dockerfile: 'Dockerfile', targets: ['image', 'publish'] },
    });
    expect(await inferFrom({ Dockerfile: '', 'project.json': { name: 'standalone' } })).toMatchObject({ '.': { name: 'standalone' } });
  });

  it('names the targets as nx.json says, or stays away', async () => {
    const files = { 'a/Dockerfile': '', 'a/project.json': {} } as const;
    expect(await inferFrom(files, { imageTargetName: 'oci', publishTargetName: 'push' })).toMatchObject({
      a: { targets: ['oci', 'push'] },
    });
    expect(await inferFrom(files, { infer: false })).toEqual({});
  });
});
