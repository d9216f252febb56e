import './support/long-timeout';
import { readImage } from './support/read-back';
import { startRegistryProgram, type RegistryProgram } from './support/registry-program';
import { makeWorkspace, type TestWorkspace } from './support/test-workspace';

describe('a floating tag whose image is for another platform', () => {
  let workspace: TestWorkspace;
  let registry: RegistryProgram;

  beforeAll(async () => {
    workspace = await makeWorkspace();
    registry = await startRegistryProgram(workspace);
    workspace.write('registries.yaml', `registries:\n  corp: { host: "${registry.host}" }\npublish: { tags: [latest], settleMs: 0 }\n`);
    workspace.write('app/files/text.txt', 'app');
  });
  afterAll(async () => {
    await registry.stop();
    workspace.remove();
  });

  const commitFor = (platform: string, publish: object = {}) => {
    const image = { executor: 'nx-oci:build', options: { platform, layers: [{ from: 'app/files', to: '/srv' }] } };
    workspace.write('app/project.json', {
      name: 'app',
      targets: { image, publish: { executor: 'nx-oci:publish', dependsOn: ['image'], ...publish } },
    });
    return workspace.commit(`for ${platform}`);
  };
  const publish = async (args: readonly string[], env: NodeJS.ProcessEnv) => {
    const { code, output } = await workspace.nx(['run', ...args], env);
    const { manifest } = await readImage({ host: registry.host, repository: 'app' }, 'latest');
    return { code, output, platform: manifest.annotations?.['dev.nx-oci.platform'] };
  };

  it.each([{ NX_BATCH_MODE: 'true' }, { NX_BATCH_MODE: 'false' }])(
    'moves with --force on the command line, and not with `force` in project.json (%j)',
    async (env) => {
      await commitFor('linux/amd64');
      expect(await publish(['app:publish', '--force'], env)).toMatchObject({ code: 0, platform: 'linux/amd64' });
      await commitFor('linux/arm64', { options: { force: true }, configurations: { forced: { force: true } } });
      for (const target of ['app:publish', 'app:publish:forced']) {
        const held = await publish([target], env);
        expect(held).toMatchObject({ code: 0, platform: 'linux/amd64' });
        expect(held.output).toContain(
          'latest held: it is for linux/amd64, this image for linux/arm64: --force on the command line moves it',
        );
      }
      expect(await publish(['app:publish', '--force'], env)).toMatchObject({ code: 0, platform: 'linux/arm64' });
    },
  );

  it('moves with --force of run-many, which each of its tasks gets', async () => {
    await commitFor('linux/amd64');
    await workspace.nx(['run', 'app:publish', '--force']);
    await commitFor('linux/arm64');
    const { code } = await workspace.nx(['run-many', '-t', 'publish', '--force']);
    const { manifest } = await readImage({ host: registry.host, repository: 'app' }, 'latest');
    expect({ code, platform: manifest.annotations?.['dev.nx-oci.platform'] }).toEqual({ code: 0, platform: 'linux/arm64' });
  });
});
