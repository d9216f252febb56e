import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describeWith } from '@nx-oci/model/testing';

import { makeBusyboxBase } from './support/busybox-base';
import { openDocker, type DockerClient } from './support/docker-client';
import './support/long-timeout';
import { listTags } from './support/read-back';
import { runOrFail } from './support/run';
import { makeWorkspace, type TestWorkspace } from './support/test-workspace';

// Where real workspaces have their Dockerfiles, other than beside what they copy.
const APPS = ['store', 'cart', 'mail', 'admin', 'desk'];

// One story: each step continues the one before.
describeWith(['docker', 'distribution-3', 'crane'], 'Dockerfiles as real workspaces have them', (things) => {
  const { host } = things.server('distribution-3');
  const { dockerHost } = things.server('docker');
  const namespace = `shapes-${randomBytes(4).toString('hex')}`;
  const repository = (app: string) => `${host}/${namespace}/${app}`;

  let workspace: TestWorkspace;
  let engine: DockerClient;
  let base: string;

  const nx = async (...args: readonly string[]): Promise<string> => {
    const { code, output } = await workspace.nx(args, { DOCKER_HOST: dockerHost });
    if (code !== 0) throw new Error(`nx ${args.join(' ')} ended with ${code}:\n${output}`);
    return output;
  };
  const crane = (...args: readonly string[]) => runOrFail(things.tool('crane'), args, { cwd: workspace.root });
  const digests = async (): Promise<Readonly<Record<string, string>>> => {
    const found = await Promise.all(APPS.map((app) => crane('digest', repository(app))));
    return Object.fromEntries(APPS.map((app, index) => [app, found[index] ?? '']));
  };
  const imageOptions = (app: string): unknown =>
    (
      JSON.parse(readFileSync(join(workspace.root, `apps/${app}/project.json`), 'utf8')) as {
        readonly targets: { readonly image: { readonly options: unknown } };
      }
    ).targets.image.options;
  const affected = async () =>
    (JSON.parse(await nx('show', 'projects', '--affected', '--base=HEAD~1', '--withTarget=publish', '--json')) as string[]).sort();

  const writeApp = (app: string, targets: object = {}) => {
    workspace.write(`apps/${app}/src/main.sh`, `echo ${app}\n`);
    const command = `mkdir -p dist/apps/${app} && cp apps/${app}/src/main.sh dist/apps/${app}/`;
    const build = { command, cache: true, outputs: [`{workspaceRoot}/dist/apps/${app}`] };
    workspace.write(`apps/${app}/project.json`, { name: app, projectType: 'application', targets: { build, ...targets } });
  };
  const start = `LABEL e2e.run=${namespace}\nWORKDIR /app`;
  const end = 'CMD ["sh", "/app/main.sh"]\n';

  beforeAll(async () => {
    engine = openDocker(dockerHost);
    base = await makeBusyboxBase(dockerHost);
    workspace = await makeWorkspace();
    workspace.write(
      'registries.yaml',
      `registries:\n  real: { host: "${host}", namespace: ${namespace} }\npublish: { registries: [real], tags: [sha, latest] }\n`,
    );
    workspace.write('.dockerignore', 'node_modules\n.git\n.nx\n.caches\n');
    for (const app of ['store', 'cart', 'admin', 'desk']) writeApp(app);
    writeApp('mail', { image: { options: { dockerfile: 'tools/docker/Dockerfile', buildArgs: { APP: 'mail' } } } });
    // Beside its project, and copies from the workspace root.
    workspace.write(
      'apps/store/Dockerfile',
      `FROM ${base}\n${start}\nCOPY package.json package-lock.json ./\nCOPY dist/apps/store ./\n${end}`,
    );
    // One for many apps.
    workspace.write(
      'tools/docker/Dockerfile',
      `ARG BASE=${base}\nFROM \${BASE}\nARG APP\n${start}\nCOPY package.json ./\nCOPY dist/apps/\${APP} ./\n${end}`,
    );
    // Of another name, and with stages; the last one is not what is published.
    workspace.write(
      'apps/admin/Dockerfile-prod',
      `FROM ${base} AS base\n${start}\n\nFROM base AS prod\nCOPY dist/apps/admin ./\n${end}\nFROM prod AS debug\nRUN exit 1\n`,
    );
    workspace.write(
      'apps/desk/docker/Dockerfile',
      `FROM ${base} AS base\n${start}\n\nFROM base AS lint\nCOPY apps/desk/src ./\nRUN sh main.sh\n\nFROM base AS release\nCOPY dist/apps/desk ./\n${end}`,
    );
    await workspace.commit('five apps');
  });

  afterAll(async () => {
    const ours = `label=e2e.run=${namespace}`;
    const left = await engine.docker('images', '--quiet', '--filter', ours);
    await engine.docker('image', 'rm', '--force', base, ...new Set(left.split('\n').filter(Boolean)));
    await engine.docker('image', 'prune', '--force', '--filter', ours);
    workspace.remove();
  });

  it('get their options from the generator, with the context that their text shows', async () => {
    const cart = await nx('g', 'nx-oci:image', 'cart', '--dockerfile=tools/docker/Dockerfile', '--buildArgs=APP=cart');
    expect(cart).toContain('tools/docker/Dockerfile is built with the workspace root as its context: ');
    expect(imageOptions('cart')).toEqual({
      engine: 'docker',
      dockerfile: 'tools/docker/Dockerfile',
      context: '.',
      buildArgs: { APP: 'cart' },
    });

    const admin = await nx('g', 'nx-oci:image', 'admin', '--stage=prod');
    expect(admin).toContain('Kind: dockerfile (apps/admin/Dockerfile-prod)');
    expect(imageOptions('admin')).toEqual({ engine: 'docker', dockerfile: 'apps/admin/Dockerfile-prod', context: '.', stage: 'prod' });

    const desk = await nx('g', 'nx-oci:image', 'desk');
    expect(desk).toContain('Stage: release, the last of its Dockerfile. For another one: --stage=lint.');
    expect(imageOptions('desk')).toEqual({ engine: 'docker', dockerfile: 'apps/desk/docker/Dockerfile', context: '.' });
    await workspace.commit('their images');
  });

  it('are published, each app with its own files', async () => {
    await nx('run-many', '-t', 'publish');
    for (const app of APPS) {
      const archive = join(workspace.root, `.caches/${app}.tar`);
      await crane('export', repository(app), archive);
      expect(await runOrFail('tar', ['-xOf', archive, 'app/main.sh'], { cwd: workspace.root })).toBe(`echo ${app}\n`);
    }
  });

  it('run from the pulled image', async () => {
    const name = `${repository('cart')}:latest`;
    expect(await engine.docker('run', '--rm', '--quiet', '--network=none', name)).toBe('cart');
    await engine.docker('image', 'rm', name);
  });

  it('are left unchanged by a second run of the same commit', async () => {
    const before = await digests();
    const output = await nx('run-many', '-t', 'publish');
    expect(output.match(/nothing, up to date/g)).toHaveLength(APPS.length);
    expect(await digests()).toEqual(before);
  });

  it('are built again only for the app that changed', async () => {
    const before = await digests();
    workspace.write('apps/cart/src/main.sh', 'echo another cart\n');
    const commit = (await workspace.commit('a change')).slice(0, 7);
    expect(await affected()).toEqual(['cart']);
    await nx('affected', '-t', 'publish', '--base=HEAD~1');
    expect(await digests()).toEqual({ ...before, cart: expect.not.stringContaining(before['cart'] ?? 'none') });
    expect(await listTags({ host, repository: `${namespace}/cart` })).toContain(commit);
    expect(await listTags({ host, repository: `${namespace}/mail` })).not.toContain(commit);
  });

  it('are affected for all apps that share one', async () => {
    workspace.write(
      'tools/docker/Dockerfile',
      readFileSync(join(workspace.root, 'tools/docker/Dockerfile'), 'utf8').replace('ARG APP', 'ARG APP\nENV A=b'),
    );
    await workspace.commit('a change of the Dockerfile');
    expect(await affected()).toEqual(['cart', 'mail']);
  });
});
