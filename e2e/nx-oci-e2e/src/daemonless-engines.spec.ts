import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { describeWith } from '@nx-oci/model/testing';

import './support/long-timeout';
import { readImage } from './support/read-back';
import { runOrFail } from './support/run';
import { startRegistryProgram, type RegistryProgram } from './support/registry-program';
import { makeWorkspace, type TestWorkspace } from './support/test-workspace';

describeWith(['podman', 'buildah', 'busybox'], 'a Dockerfile that is built without a daemon', (things) => {
  let workspace: TestWorkspace;
  let registry: RegistryProgram;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    workspace = await makeWorkspace();
    registry = await startRegistryProgram(workspace);
    workspace.write('nx.json', {
      analytics: false,
      defaultBase: 'main',
      plugins: [{ plugin: 'nx-oci', options: { dockerfileEngine: 'buildah' } }],
    });
    workspace.write('registries.yaml', `registries:\n  corp: { host: "${registry.host}", namespace: team }\n`);
    // A store of its own: the steps run in a sandbox, perhaps inside of another one.
    const store = join(workspace.root, '.caches/store');
    workspace.write('.caches/storage.conf', `[storage]\ndriver = "vfs"\ngraphroot = "${store}"\nrunroot = "${store}-run"\n`);
    const path = [...new Set(['podman', 'buildah'].map((tool) => dirname(things.tool(tool)))), process.env['PATH']].join(':');
    env = { PATH: path, CONTAINERS_STORAGE_CONF: join(workspace.root, '.caches/storage.conf'), BUILDAH_ISOLATION: 'chroot' };
    for (const name of ['api', 'web']) {
      workspace.write(
        `${name}/Dockerfile`,
        'FROM scratch\nCOPY busybox /bin/sh\nLABEL team=a\nRUN ["/bin/sh", "-c", "echo hello > /hello"]\nCMD ["/bin/sh"]\n',
      );
      copyFileSync(things.tool('busybox'), join(workspace.root, name, 'busybox'));
    }
    // Its Dockerfile reads files of the project only.
    workspace.write('api/project.json', { name: 'api', targets: { image: { cache: true } } });
    // Podman uses the same isolation as buildah, which it only allows with the host network.
    const web = { engine: 'podman', network: 'host' };
    workspace.write('web/project.json', { name: 'web', targets: { image: { options: web }, publish: { options: { prune: true } } } });
    mkdirSync(join(workspace.root, '.caches'), { recursive: true });
  });
  afterAll(async () => {
    await registry.stop();
    workspace.remove();
  });

  async function nx(...args: readonly string[]): Promise<string> {
    const { code, output } = await workspace.nx(args, env);
    if (code !== 0) throw new Error(output);
    return output;
  }

  it('is published with the labels of its commit, by buildah and by podman', async () => {
    const commit = await workspace.commit('two Dockerfiles');
    await nx('run-many', '-t', 'publish');
    for (const project of ['api', 'web']) {
      const image = await readImage({ host: registry.host, repository: `team/${project}` }, 'latest');
      expect(image.config.config).toMatchObject({
        Cmd: ['/bin/sh'],
        Labels: { team: 'a', 'dev.nx-oci.project': project, 'org.opencontainers.image.revision': commit },
      });
      expect(image.manifest.annotations).toMatchObject({ 'org.opencontainers.image.revision': commit });
    }
  });

  it("is removed from the builder's store with --prune, and no other image is", async () => {
    const list = { cwd: workspace.root, env: { ...env, HOME: workspace.root } };
    const images = await runOrFail(things.tool('podman'), ['images', '--format', '{{.Repository}}'], list);
    expect(images.split('\n').filter((name) => name.includes('nx-oci/'))).toEqual(['localhost/nx-oci/api']);
  });

  it('comes out of Nx’s cache unchanged, and is not uploaded again', async () => {
    rmSync(join(workspace.root, 'dist'), { recursive: true });
    const output = await nx('run', 'api:publish');
    expect(output).toMatch(/read the output from the cache|local cache/i);
    expect(output).toContain('nothing, up to date');
  });

  it('is examined by the doctor', async () => {
    expect(await nx('run', 'api:doctor')).toMatch(/buildah\n +✔ buildah version \d/);
  });
});
