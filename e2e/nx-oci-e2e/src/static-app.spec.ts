import { randomBytes } from 'node:crypto';

import { describeWith } from '@nx-oci/model/testing';

import { openDocker, type DockerClient } from './support/docker-client';
import './support/long-timeout';
import { makeWorkspace, type TestWorkspace } from './support/test-workspace';
import { nxOrFail, publishApp, publishBase, startLockedDown, type RunningApp } from './support/web-app';

const IMMUTABLE = 'public, max-age=31536000, immutable';

// A page that Vite really builds, as the generators of Nx leave it, served by a real nginx with the configuration that is generated.
describeWith(['docker', 'distribution-3', 'nginx'], 'a page that Vite builds', (things) => {
  const repositories = { host: things.server('distribution-3').host, namespace: `e2e-${randomBytes(4).toString('hex')}` };
  let workspace: TestWorkspace;
  let engine: DockerClient;
  let app: RunningApp;
  let said: string;

  const script = (text: string) => workspace.write('apps/web/src/main.js', `import('./lazy.js').then(({ show }) => show('${text}'));\n`);

  beforeAll(async () => {
    engine = openDocker(things.server('docker').dockerHost);
    workspace = await makeWorkspace();
    await workspace.install('vite@8');
    workspace.write('registries.yaml', `registries:\n  real: { host: "${repositories.host}", namespace: ${repositories.namespace} }\n`);
    const base = await publishBase(workspace, 'nginx', repositories);
    const build = { executor: 'nx:run-commands', outputs: ['{projectRoot}/dist'], options: { command: 'vite build', cwd: 'apps/web' } };
    workspace.write('apps/web/project.json', { name: 'web', projectType: 'application', targets: { build } });
    workspace.write('apps/web/vite.config.mjs', 'export default { build: { outDir: "dist" } };\n');
    workspace.write('apps/web/index.html', '<!doctype html><title>shop</title><script type="module" src="/src/main.js"></script>\n');
    workspace.write('apps/web/public/robots.txt', 'User-agent: *\n');
    workspace.write('apps/web/src/lazy.js', "export const show = (text) => (document.title = text + ' '.repeat(2000));\n");
    script('one');
    said = await nxOrFail(workspace, 'g', 'nx-oci:image', 'web', `--base=${base}`, '--no-interactive');
    app = await startLockedDown(engine, await publishApp(workspace, 'web', repositories), 8080);
  });
  afterAll(async () => {
    await app.stop();
    workspace.remove();
  });

  it('is found to be static, and gets a configuration for its server', () => {
    expect(said).toContain('Kind: static (Vite builds its index.html).');
    expect(said).toContain('CREATE apps/web/nginx.conf');
  });

  it('answers with its page at every route, and has it fetched again each time', async () => {
    for (const path of ['/', '/orders/17', '/users/john.doe']) {
      const answer = await app.fetch(path);
      expect(await answer.text()).toContain('<title>shop</title>');
      expect(answer.headers.get('cache-control')).toBe('no-cache');
    }
  });

  it('has its hashed files kept for a year, those of public/ not, and says of a missing one that it is missing', async () => {
    const page = await (await app.fetch('/')).text();
    const [hashed = ''] = /\/assets\/[\w-]+\.js/.exec(page) ?? [];
    const answer = await app.fetch(hashed);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, IMMUTABLE]);
    expect(answer.headers.get('content-type')).toContain('javascript');
    const copied = await app.fetch('/robots.txt');
    expect([copied.status, copied.headers.get('cache-control')]).toEqual([200, 'no-cache']);
    for (const missing of ['/assets/index-ABCDEFGH.js', '/logo.png']) {
      const { status, headers } = await app.fetch(missing);
      expect([status, headers.get('cache-control')]).toEqual([404, null]);
    }
  });

  it('runs as a user other than root', async () => {
    expect(await app.uid()).toBe('101');
  });

  it('reaches browsers that have the previous version, even if both have the same length', async () => {
    const before = await app.fetch('/');
    const oldPage = await before.text();
    const [etag, date] = [before.headers.get('etag'), before.headers.get('last-modified')];
    const conditions = { 'if-none-match': etag ?? '', 'if-modified-since': date ?? '' };
    expect((await app.fetch('/', { headers: conditions })).status).toBe(304);
    expect(await app.stop()).toBe('0');
    script('two');
    app = await startLockedDown(engine, await publishApp(workspace, 'web', repositories), 8080);
    const after = await app.fetch('/', { headers: conditions });
    const newPage = await after.text();
    expect(after.status).toBe(200);
    expect(newPage).toHaveLength(oldPage.length);
    expect(newPage).not.toBe(oldPage);
  });
});
