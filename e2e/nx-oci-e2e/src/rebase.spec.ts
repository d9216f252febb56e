import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import './support/long-timeout';
import { startRegistryProgram, type RegistryProgram } from './support/registry-program';
import { makeWorkspace, type TestWorkspace } from './support/test-workspace';

interface Manifest {
  readonly layers: readonly { readonly digest: string }[];
}

const OF_BUILD = { engine: 'native', base: 'scratch' };

/** `os` is on an image of others, `app` on `os`; the targets are those of the generators. */
describe('images whose base moved', () => {
  let workspace: TestWorkspace;
  let upstream: TestWorkspace;
  let registry: RegistryProgram;

  beforeAll(async () => {
    [workspace, upstream] = [await makeWorkspace(), await makeWorkspace()];
    registry = await startRegistryProgram(workspace);
    for (const [where, namespace] of [[upstream, 'upstream'] as const, [workspace, 'team'] as const]) {
      where.write(
        'registries.yaml',
        `registries: { corp: { host: "${registry.host}", namespace: ${namespace} } }\npublish: { settleMs: 100 }\n`,
      );
    }
    upstream.write('base/project.json', {
      name: 'base',
      targets: {
        image: { executor: 'nx-oci:build', options: { ...OF_BUILD, layers: [{ from: 'base/etc', to: '/etc' }] } },
        publish: { executor: 'nx-oci:publish', dependsOn: ['image'], options: { tags: ['stable'] } },
      },
    });
    await publishBase('one');
    for (const [name, base] of [
      ['os', 'upstream/base:stable'],
      ['app', 'team/os:latest'],
    ]) {
      workspace.write(`${name}/files/${name}.txt`, `${name}\n`);
      workspace.write(`${name}/project.json`, { name });
      await nx(
        'g',
        'nx-oci:image',
        `${name}`,
        '--kind=files',
        `--from=${name}/files`,
        `--base=${registry.host}/${base}`,
        '--no-interactive',
      );
    }
    await nx('g', 'nx-oci:ci', '--provider=github', '--nightly', '--no-interactive');
    await workspace.commit('two images');
    await nx('run-many', '-t', 'publish');
  });
  afterAll(async () => {
    await registry.stop();
    workspace.remove();
    upstream.remove();
  });

  async function nx(...args: readonly string[]): Promise<string> {
    const { code, output } = await workspace.nx(args);
    expect({ code, output }).toMatchObject({ code: 0 });
    return output;
  }
  async function publishBase(text: string): Promise<void> {
    upstream.write('base/etc/version.txt', text);
    await upstream.commit(text);
    expect(await upstream.nx(['run', 'base:publish'])).toMatchObject({ code: 0 });
  }
  async function layersOf(name: string): Promise<readonly string[]> {
    const answer = await fetch(`http://${registry.host}/v2/${name}`);
    return ((await answer.json()) as Manifest).layers.map(({ digest }) => digest);
  }

  it('wait for the images of the workspace that they are on, as the generator writes it', () => {
    const { targets } = JSON.parse(readFileSync(join(workspace.root, 'app/project.json'), 'utf8')) as {
      readonly targets: { readonly image: { readonly dependsOn: readonly unknown[] } };
    };
    expect(targets.image.dependsOn).toContainEqual({ projects: ['os'], target: 'image' });
  });

  it('are put on it without a build, and those on an image of the workspace follow with the commands of the night', async () => {
    const before = await layersOf('team/os/manifests/latest');
    await publishBase('two');
    const base = await layersOf('upstream/base/manifests/stable');
    expect(await nx('run', 'images:rebase', '--dryRun')).toContain('1 image would be put on its new base.');
    expect(await layersOf('team/os/manifests/latest')).toEqual(before);
    expect(await nx('run', 'images:rebase')).toContain('1 image put on its new base.');
    const after = await layersOf('team/os/manifests/latest');
    expect(after).toEqual([...base, ...before.slice(base.length)]);
    const [, projects] = /--projects=(\S+)/.exec(await nx('run', 'images:plan', '--onlyMovedBases')) ?? [];
    expect(projects).toBe('app');
    await nx('run-many', '-t', 'publish', `--projects=${projects}`, '--skip-nx-cache');
    expect((await layersOf('team/app/manifests/latest')).slice(0, after.length)).toEqual(after);
    expect(await nx('run', 'images:plan', '--onlyMovedBases')).toContain('Nothing to publish');
  });
});
