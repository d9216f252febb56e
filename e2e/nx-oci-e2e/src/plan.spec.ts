import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import './support/long-timeout';
import { listTags } from './support/read-back';
import { startRegistryProgram, type RegistryProgram } from './support/registry-program';
import { makeWorkspace, type TestWorkspace } from './support/test-workspace';

describe('nx run images:plan', () => {
  let workspace: TestWorkspace;
  let registry: RegistryProgram;

  beforeAll(async () => {
    workspace = await makeWorkspace();
    registry = await startRegistryProgram(workspace);
    workspace.write('registries.yaml', `registries:\n  corp: { host: "${registry.host}", namespace: team }\n`);
    for (const name of ['api', 'web']) {
      workspace.write(`apps/${name}/files/hello.txt`, name);
      workspace.write(`apps/${name}/project.json`, {
        name,
        implicitDependencies: name === 'api' ? ['words'] : [],
        targets: {
          image: {
            executor: 'nx-oci:build',
            inputs: ['{projectRoot}/files/**', '^default'],
            options: { base: 'scratch', layers: [{ from: `apps/${name}/files`, to: '/srv' }] },
          },
          publish: { executor: 'nx-oci:publish', inputs: ['{projectRoot}/files/**', '^default'], dependsOn: ['image'] },
        },
      });
    }
    workspace.write('libs/words/project.json', { name: 'words' });
    workspace.write('tools/images/project.json', { name: 'images', targets: { plan: { executor: 'nx-oci:plan' } } });
    await workspace.commit('two images and a library');
  });
  afterAll(async () => {
    await registry.stop();
    workspace.remove();
  });

  async function plan(env: NodeJS.ProcessEnv = {}): Promise<string> {
    const { code, output } = await workspace.nx(['run', 'images:plan'], env);
    expect({ code, output }).toMatchObject({ code: 0 });
    return output;
  }
  const report = () => JSON.parse(readFileSync(join(workspace.root, 'dist/images/plan.json'), 'utf8')) as { readonly projects: string };

  it('lists the images that no registry has with a publish command, after which nothing is left to do', async () => {
    const output = await plan();
    expect(output).toMatch(/api +\S+\/team\/api: nothing +not built +not in corp yet/);
    const [, command = ''] = /→ nx (run-many .+)/.exec(output) ?? [];
    expect(command).toBe('run-many -t publish --projects=api,web');
    expect(await workspace.nx(command.split(' '))).toMatchObject({ code: 0 });
    expect(await listTags({ host: registry.host, repository: 'team/api' })).toContain('latest');
    expect(await plan()).toContain('Nothing to publish: 2 of 2 images are up to date.');
  });

  it('lists an image whose publish never happened, and writes it to the outputs of GitHub Actions', async () => {
    workspace.write('libs/words/words.txt', 'changed');
    workspace.write('apps/web/README.md', 'which is not among the inputs');
    await workspace.commit('a change whose publish fails');
    workspace.write('notes.md', 'something else');
    await workspace.commit('a change that touches no image');
    const outputs = join(workspace.root, '.caches-output');
    const output = await plan({ GITHUB_ACTIONS: 'true', GITHUB_OUTPUT: outputs });
    expect(output).toMatch(/api +\S+\/team\/api:latest of [0-9a-f]{7} +\d+\.\d kB now +dependency changed: words/);
    expect(output).toMatch(/web +\S+ of \S+ +\d+\.\d kB +up to date/);
    expect(report()).toMatchObject({ hasImages: true, projects: 'api', matrix: { include: [{ project: 'api', target: 'publish' }] } });
    expect(readFileSync(outputs, 'utf8')).toMatch(
      /has-images<<(\S+)\ntrue\n\1\nprojects<<\1\napi\n\1\nmatrix<<\1\n\{"include":\[\{"project":"api"/,
    );
  });

  it('fails when an image could not be checked, and still lists the others', async () => {
    workspace.write('apps/web/project.json', { name: 'web', targets: { publish: { executor: 'nx-oci:publish', options: { tag: 'x' } } } });
    const { code, output } = await workspace.nx(['run', 'images:plan']);
    expect(code).not.toBe(0);
    expect(output).toContain('unknown option `tag`: did you mean `tags`?');
    expect(report().projects).toBe('api');
  });
});
