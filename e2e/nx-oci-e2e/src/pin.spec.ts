import { copyFileSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { describeWith } from '@nx-oci/model/testing';

import './support/long-timeout';
import { readImage } from './support/read-back';
import { startRegistryProgram, type RegistryProgram } from './support/registry-program';
import { run, runOrFail, type Outcome } from './support/run';
import { makeWorkspace, type TestWorkspace } from './support/test-workspace';

const REST = `# Who runs what.
services:
  api:
    image: "HOST/acme/api:latest" # the service
    read_only: true
  web:
    image: HOST/acme/web
`;

describeWith(['docker', 'busybox', 'compose', 'kustomize', 'helm'], 'the files that run published images', (things) => {
  let workspace: TestWorkspace;
  let registry: RegistryProgram;
  let env: NodeJS.ProcessEnv;

  const read = (file: string) => readFileSync(join(workspace.root, file), 'utf8');
  const digestOf = async (project: string) => (await readImage({ host: registry.host, repository: `acme/${project}` }, 'latest')).digest;
  const nx = async (...args: readonly string[]): Promise<string> => {
    const { code, output } = await workspace.nx([...args, '--output-style=static']);
    if (code !== 0) throw new Error(`nx ${args.join(' ')} ended with ${code}:\n${output}`);
    return output;
  };
  const check = (): Promise<Outcome> =>
    workspace.nx(['run', 'deploy:pin', '--check', '--excludeTaskDependencies', '--output-style=static']);
  const compose = (...args: readonly string[]): Promise<Outcome> =>
    run(
      things.tool('compose'),
      ['--file', join(workspace.root, 'deploy/compose.yaml'), '--project-name', `nx-oci-e2e-pin-${process.pid}`, ...args],
      { cwd: workspace.root, env, timeoutMs: 120_000 },
    );
  /** The images in what a tool makes of a folder, sorted. */
  const imagesIn = (output: string) =>
    [...output.matchAll(/^\s*(?:- )?image: "?([^"\s]+)/gm)].map(([, image = '']) => image.replace(/:[^:@/]*@/, '@')).sort();
  const render = async () => ({
    compose: imagesIn((await compose('config')).output),
    kustomize: imagesIn(await runOrFail(things.tool('kustomize'), ['build', 'deploy/base'], { cwd: workspace.root })),
    helm: imagesIn(await runOrFail(things.tool('helm'), ['template', 'deploy/chart'], { cwd: workspace.root })),
  });
  const pinned = (api: string, web: string) => {
    const images = [`${registry.host}/acme/api@${api}`, `${registry.host}/acme/web@${web}`];
    return { compose: images, kustomize: images, helm: images };
  };

  const writeProject = (name: string) => {
    workspace.write(`${name}/word`, `${name} 1`);
    const layers = [
      { from: 'system', to: '/' },
      { from: name, to: '/app', include: ['word'] },
    ];
    const image = { engine: 'native', layers, env: { PATH: '/bin' }, cmd: ['cat', '/app/word'] };
    workspace.write(`${name}/project.json`, {
      name,
      targets: {
        image: { executor: 'nx-oci:build', options: image, inputs: ['default', '{workspaceRoot}/system/**/*'] },
        publish: { executor: 'nx-oci:publish', dependsOn: ['image'] },
      },
    });
  };
  const writeDeployment = () => {
    const host = registry.host;
    workspace.write('deploy/compose.yaml', REST.replaceAll('HOST', host));
    const pod = (name: string, image: string) =>
      `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\nspec:\n  containers:\n    - name: ${name}\n      image: ${image}\n`;
    workspace.write('deploy/base/pods.yaml', `${pod('api', 'api')}---\n${pod('web', 'web')}`);
    const entry = (name: string) => `  - name: ${name}\n    newName: ${host}/acme/${name}\n    newTag: latest\n`;
    workspace.write('deploy/base/kustomization.yaml', `resources: [pods.yaml]\nimages:\n${entry('api')}${entry('web')}`);
    workspace.write('deploy/chart/Chart.yaml', 'apiVersion: v2\nname: shop\nversion: 1.0.0\n');
    const values = (name: string) => `${name}:\n  image:\n    repository: ${host}/acme/${name}\n    tag: latest\n`;
    workspace.write('deploy/chart/values.yaml', `${values('api')}${values('web')}`);
    const image = (name: string) => `"{{ .Values.${name}.image.repository }}:{{ .Values.${name}.image.tag }}"`;
    workspace.write('deploy/chart/templates/pods.yaml', `${pod('api', image('api'))}---\n${pod('web', image('web'))}`);
    workspace.write('deploy/project.json', {
      name: 'deploy',
      targets: { pin: { executor: 'nx-oci:pin', dependsOn: [{ projects: ['api', 'web'], target: 'publish' }] } },
    });
  };

  beforeAll(async () => {
    workspace = await makeWorkspace();
    registry = await startRegistryProgram(workspace);
    env = { DOCKER_HOST: things.server('docker').dockerHost };
    workspace.write(
      'registries.yaml',
      `registries:\n  corp: { host: "${registry.host}", namespace: acme }\npublish: { tags: [sha, latest] }\n`,
    );
    mkdirSync(join(workspace.root, 'system/bin'), { recursive: true });
    copyFileSync(things.tool('busybox'), join(workspace.root, 'system/bin/busybox'));
    symlinkSync('busybox', join(workspace.root, 'system/bin/cat'));
    for (const name of ['api', 'web']) writeProject(name);
    writeDeployment();
    await workspace.commit('two images, and what runs them');
  });
  afterAll(async () => {
    await compose('down', '--rmi', 'all');
    await registry.stop();
    workspace.remove();
  });

  // One story: each step continues the one before.
  it('get digest and tag after the publishes of a run, as compose, Kustomize and Helm read them', async () => {
    expect(await nx('run', 'deploy:pin')).toContain('Pinned 3 files.');
    const [api, web] = [await digestOf('api'), await digestOf('web')];
    expect(await render()).toEqual(pinned(api, web));
    const tags = /:[^:@/]*@sha256:[0-9a-f]{64}/g;
    expect(read('deploy/compose.yaml').replaceAll(tags, '')).toBe(REST.replaceAll('HOST', registry.host).replace(':latest', ''));
    await workspace.commit('pinned');
  });

  it('start the published images', async () => {
    const { code, output } = await compose('up', '--no-log-prefix', 'api', 'web');
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('api 1') as string });
    expect(output).toContain('web 1');
  });

  it('are behind after a change of one image, which --check says and shows', async () => {
    workspace.write('api/word', 'api 2');
    await workspace.commit('a change of one image');
    const before = read('deploy/compose.yaml');
    await nx('run-many', '-t', 'publish');
    const { code, output } = await check();
    expect({ code, output }).toEqual({ code: 1, output: expect.stringMatching(/\n-.*\/acme\/api:.*\n\+.*\/acme\/api:/) as string });
    expect(output).toMatch(/\/acme\/web: content unchanged, keeps/);
    expect(output).not.toMatch(/\n\+.*\/acme\/web/);
    expect(read('deploy/compose.yaml')).toBe(before);
  });

  it('get the new image, and keep the digest of the one whose content is the same', async () => {
    const [, , web = ''] = /(acme\/web:[^@]*@)(sha256:\w+)/.exec(read('deploy/compose.yaml')) ?? [];
    expect(await nx('run', 'deploy:pin', '--excludeTaskDependencies')).toContain('Pinned 3 files.');
    expect(await digestOf('web')).not.toBe(web);
    expect(await render()).toEqual(pinned(await digestOf('api'), web));
    const { code, output } = await compose('up', '--no-log-prefix', 'api', 'web');
    expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(/api 2/) as string });
    expect((await check()).code).toBe(0);
  });
});
