import { copyFileSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { describeWith } from '@nx-oci/model/testing';

import './support/long-timeout';
import { listTags } from './support/read-back';
import { runOrFail } from './support/run';
import { startRegistryProgram, type RegistryProgram } from './support/registry-program';
import { makeWorkspace, type TestWorkspace } from './support/test-workspace';

describeWith(['docker', 'busybox'], 'images that are tested before they are published', (things) => {
  let workspace: TestWorkspace;
  let registry: RegistryProgram;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    workspace = await makeWorkspace();
    registry = await startRegistryProgram(workspace);
    env = { DOCKER_HOST: things.server('docker').dockerHost };
    workspace.write('registries.yaml', `registries:\n  corp: { host: "${registry.host}" }\npublish: { tags: [latest] }\n`);
    mkdirSync(join(workspace.root, 'system/bin'), { recursive: true });
    copyFileSync(things.tool('busybox'), join(workspace.root, 'system/bin/busybox'));
    for (const name of ['sh', 'httpd', 'true']) symlinkSync('busybox', join(workspace.root, 'system/bin', name));
    writeProject('web', { http: { port: 8080, path: '/page.txt' } });
    writeProject('api', { files: ['/www/page.txt'], run: 'never' });
    await workspace.commit('two projects');
  });
  afterAll(async () => {
    await registry.stop();
    workspace.remove();
  });

  const writeProject = (name: string, test: object, imageTarget: object = {}) => {
    workspace.write(`${name}/www/page.txt`, name);
    const script = 'trap "exit 0" TERM; httpd -f -p 8080 -h /www & wait';
    const image = {
      engine: 'native',
      layers: [
        { from: 'system', to: '/' },
        { from: `${name}/www`, to: '/www' },
      ],
      env: { PATH: '/bin' },
      cmd: ['sh', '-c', script],
    };
    workspace.write(`${name}/project.json`, {
      name,
      targets: {
        image: { executor: 'nx-oci:build', options: image, inputs: ['default', '{workspaceRoot}/system/**/*'], ...imageTarget },
        'image-test': { executor: 'nx-oci:test', options: test },
        publish: { executor: 'nx-oci:publish', dependsOn: ['image-test'] },
      },
    });
  };
  const publish = async (more: NodeJS.ProcessEnv = {}) =>
    workspace.nx(['run-many', '-t', 'publish', '--output-style=static'], { ...env, ...more });
  const tagsOf = (project: string) => listTags({ host: registry.host, repository: project });

  it('hold back all tags of the run when one of them fails, in every way that Nx runs tasks', async () => {
    writeProject('web', { http: { port: 8080, path: '/missing.txt' }, startSeconds: 10 });
    for (const NX_BATCH_MODE of ['true', 'false']) {
      const { code, output } = await publish({ NX_BATCH_MODE });
      expect(code).toBe(1);
      expect(output).toContain('The image of web has 1 fault:');
      expect(output).toContain('it answers 404, not 200 to 399');
      expect([await tagsOf('api'), await tagsOf('web')]).toEqual([[], []]);
    }
  });

  it('are published once they pass', async () => {
    writeProject('web', { http: { port: 8080, path: '/page.txt' } });
    const { code, output } = await publish();
    expect(output).toMatch(/it starts with docker, answers \/page\.txt on port 8080, ends when it is stopped/);
    expect(output).toContain('✔ 1 file as expected');
    expect(code).toBe(0);
    expect([await tagsOf('api'), await tagsOf('web')]).toEqual([['latest'], ['latest']]);
  });

  it('are not started a second time, and do not count as started when no engine could start them', async () => {
    const again = await workspace.nx(['run', 'web:image-test'], { ...env, DOCKER_HOST: 'unix:///nowhere' });
    expect(again.output).toContain('ends when it is stopped, as before');
    writeProject('web', { http: { port: 8080, path: '/' }, startSeconds: 31 });
    const nowhere = { DOCKER_HOST: 'unix:///nowhere', CONTAINERS_STORAGE_CONF: '/nowhere', CONTAINER_HOST: 'unix:///nowhere' };
    const without = await workspace.nx(['run', 'web:image-test', '--engine=docker'], { ...env, ...nowhere });
    expect(without.output).toContain('warning: not checked: that it starts: docker does not answer');
    expect(without.code).toBe(0);
    const required = await workspace.nx(['run', 'web:image-test', '--engine=docker', '--run=required'], { ...env, ...nowhere });
    expect(required.output).toContain('it could not be started: docker does not answer');
    expect(required.code).toBe(1);
  });

  it('are refused when Nx may cache their test result', async () => {
    workspace.write('nx.json', {
      analytics: false,
      defaultBase: 'main',
      plugins: ['nx-oci'],
      targetDefaults: { 'image-test': { cache: true } },
    });
    const { code, output } = await workspace.nx(['run', 'web:image-test'], env);
    expect(output).toContain('Set `cache` of image-test to false');
    expect(code).toBe(1);
    workspace.write('nx.json', { analytics: false, defaultBase: 'main', plugins: ['nx-oci'] });
  });

  it('cause a warning when a publish does not depend on their test', async () => {
    workspace.write('docs/page.txt', 'docs');
    const image = { executor: 'nx-oci:build', options: { layers: [{ from: 'docs/page.txt', to: '/page.txt' }] } };
    const targets = { image, check: { executor: 'nx-oci:test' }, publish: { executor: 'nx-oci:publish', dependsOn: ['image'] } };
    workspace.write('docs/project.json', { name: 'docs', targets });
    const { output } = await workspace.nx(['run', 'docs:publish'], env);
    expect(output).toContain('Warning: docs is published without its test, docs:check → add "check" to `dependsOn` of publish, or run');
    await workspace.nx(['g', 'nx-oci:image', 'docs', '--test'], env);
    const after = await workspace.nx(['run', 'docs:publish'], env);
    expect(after).toMatchObject({ code: 0 });
    expect(after.output).not.toContain('without its test');
    expect(after.output).toContain('nx run docs:check');
  });

  it('are tested once more if the image comes from the cache of Nx to a machine that never tested it', async () => {
    const outputs = ['image.json', 'index.json', 'oci-layout', 'blobs'].map((name) => `{workspaceRoot}/dist/images/web/${name}`);
    writeProject('web', { http: { port: 8080, path: '/page.txt' } }, { cache: true, outputs });
    expect((await workspace.nx(['run', 'web:image'], env)).code).toBe(0);
    for (const folder of ['dist', 'node_modules/.cache/nx-oci']) rmSync(join(workspace.root, folder), { recursive: true, force: true });
    const { output } = await workspace.nx(['run', 'web:image-test'], env);
    expect(output).toMatch(/web:image .*\[(?:local cache|existing outputs match the cache, left as is)\]/);
    expect(output).toContain('ends when it is stopped');
    expect(output).not.toContain('as before');
    expect((await workspace.nx(['run', 'web:image-test'], env)).output).toContain('as before');
  });

  it('leave nothing in the engine', async () => {
    const list = ['ps', '--all', '--filter', 'label=dev.nx-oci.owner', '--format', '{{.Image}}'];
    const left = await runOrFail('docker', list, { cwd: workspace.root, env: { ...process.env, ...env } });
    expect(left.split('\n').filter((image) => /nx-oci-run\/(?:web|api):/.test(image))).toEqual([]);
  });
});
