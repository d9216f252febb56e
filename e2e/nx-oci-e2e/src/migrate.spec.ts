import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describeWith } from '@nx-oci/model/testing';

import './support/long-timeout';
import { listTags } from './support/read-back';
import { startRegistryProgram, type RegistryProgram } from './support/registry-program';
import { makeWorkspace, type TestWorkspace } from './support/test-workspace';

describeWith(['docker'], 'a workspace that published with build-push-action', (things) => {
  let workspace: TestWorkspace;
  let registry: RegistryProgram;

  const nx = async (...args: readonly string[]): Promise<string> => {
    const env = { DOCKER_HOST: things.server('docker').dockerHost };
    const { code, output } = await workspace.nx(args, env);
    if (code !== 0) throw new Error(`nx ${args.join(' ')} ended with ${code}:\n${output}`);
    return output;
  };

  beforeAll(async () => {
    workspace = await makeWorkspace();
    registry = await startRegistryProgram(workspace);
    for (const name of ['api', 'web']) {
      workspace.write(`${name}/project.json`, { name, projectType: 'application' });
      workspace.write(
        `${name}/Dockerfile`,
        `FROM scratch AS app\nARG MODE\nLABEL mode=$MODE\nCOPY ${name}/word /word\nFROM app AS debug\n`,
      );
      workspace.write(`${name}/word`, name);
    }
    workspace.write(
      '.github/workflows/images.yml',
      `on: { push: { branches: [main], tags: ['v*'] } }
jobs:
  images:
    strategy: { matrix: { app: [api, web] } }
    steps:
      - id: meta
        uses: docker/metadata-action@v5
        with:
          images: ${registry.host}/acme/\${{ matrix.app }}
          tags: |
            type=ref,event=branch
            type=sha,format=long,prefix=
            type=raw,value=latest,enable=\${{ github.ref == 'refs/heads/main' }}
      - uses: docker/build-push-action@v6
        with:
          file: \${{ matrix.app }}/Dockerfile
          target: app
          push: true
          tags: \${{ steps.meta.outputs.tags }}
          build-args: MODE=production
          add-hosts: db:10.0.0.7
`,
    );
    await workspace.commit('two apps and their workflow');
  });
  afterAll(async () => {
    await registry.stop();
    workspace.remove();
  });

  it('publishes the same tags after the migration, without any further step', async () => {
    expect(await nx('g', 'nx-oci:migrate')).toContain('api, web, from .github/workflows/images.yml, job images:');
    const commit = await workspace.commit('migrated');
    const { targets } = JSON.parse(readFileSync(join(workspace.root, 'api/project.json'), 'utf8')) as { targets: Record<string, object> };
    expect(targets['image']).toMatchObject({ options: { stage: 'app', buildArgs: { MODE: 'production' }, addHosts: ['db:10.0.0.7'] } });
    await nx('run-many', '-t', 'publish', '--output-style=static');
    for (const name of ['api', 'web']) {
      expect(await listTags({ host: registry.host, repository: `acme/${name}` })).toEqual([commit, 'latest', 'main'].sort());
    }
  });

  it('changes nothing the second time', async () => {
    await nx('g', 'nx-oci:migrate');
    expect(await workspace.git('status', '--porcelain')).toBe('');
  });
});
