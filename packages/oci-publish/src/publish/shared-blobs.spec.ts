import { startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { makePublishing, type Publishing } from './testing/publishing';

const LOGIN = { username: 'robot', password: 'correct-horse', scheme: 'bearer' } as const;

describe('images that share layers', () => {
  let registry: RunningRegistry;
  let baseRegistry: RunningRegistry;
  let publishing: Publishing;

  beforeEach(async () => {
    registry = await startRegistry({ login: LOGIN });
    baseRegistry = await startRegistry();
    const auth = "auth: { username: robot, password: '${SECRET}' }";
    publishing = makePublishing(`{ host: '${registry.host}', guard: false, ${auth} }`, { SECRET: LOGIN.password });
    await pushBase();
  });

  afterEach(async () => {
    publishing.workspace.remove();
    await Promise.all([registry.close(), baseRegistry.close()]);
  });

  async function pushBase(): Promise<void> {
    const base = makePublishing(`{ host: '${baseRegistry.host}', guard: false }`);
    await base.build('base', { layers: 3 });
    await base.publish({ projects: ['base'] });
    base.workspace.remove();
  }

  async function buildApps(count: number): Promise<readonly string[]> {
    const apps = Array.from({ length: count }, (_, index) => `app${index}`);
    for (const app of apps) await publishing.build(app, { layers: 1, base: `${baseRegistry.host}/base:latest` });
    return apps;
  }

  const uploads = (): readonly string[] =>
    registry.log
      .entries()
      .filter(({ path, status }) => /\/blobs\/uploads\/.*[?&]digest=/.test(path) && status === 201)
      .map(({ path }) => new URL(path, 'http://x').searchParams.get('digest') ?? '');

  /** Three layers of the base, and a layer and a config for each app, each sent once. */
  function expectEachBlobOnce(apps: readonly string[]): void {
    expect(uploads()).toHaveLength(3 + 2 * apps.length);
    expect(new Set(uploads()).size).toBe(uploads().length);
  }

  async function expectWhole(apps: readonly string[]): Promise<void> {
    const tags = await Promise.all(apps.map((app) => askFor(`${app}/tags/list`)));
    expect(tags).toEqual(apps.map((name) => ({ name, tags: ['latest'] })));
  }

  async function askFor(path: string): Promise<unknown> {
    const headers = { authorization: `Basic ${Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64')}` };
    const repository = path.split('/')[0];
    const { token } = (await (await fetch(`${registry.url}/token?scope=repository:${repository}:pull`, { headers })).json()) as {
      token: string;
    };
    return (await fetch(`${registry.url}/v2/${path}`, { headers: { authorization: `Bearer ${token}` } })).json();
  }

  it('send the layers of their base once for twenty images, with one token', async () => {
    const apps = await buildApps(20);
    const results = await publishing.publish({ projects: apps });
    expect([...results.values()].every(({ success }) => success)).toBe(true);
    expect(registry.log.entries().filter(({ path }) => path.startsWith('/token'))).toHaveLength(1);
    expectEachBlobOnce(apps);
    await expectWhole(apps);
  }, 60_000);

  it('send them once, even if the run is split into processes that start together', async () => {
    const apps = await buildApps(4);
    await Promise.all(apps.map((app) => publishing.publish({ projects: [app], siblings: apps, run: 'shared' })));
    expectEachBlobOnce(apps);
    await expectWhole(apps);
  }, 30_000);

  it('send them once, even if one process follows the other', async () => {
    const apps = await buildApps(3);
    for (const app of apps) {
      await publishing.publish({ projects: [app], siblings: apps, run: 'shared' });
    }
    expectEachBlobOnce(apps);
    await expectWhole(apps);
  }, 30_000);

  it('have their tags set by the last process of the run, which knows how to log in to each registry', async () => {
    const apps = await buildApps(2);
    await publishing.publish({ projects: apps, siblings: [...apps, 'app2'], run: 'shared' });
    await buildApps(3);
    registry.log.clear();
    await publishing.publish({ projects: ['app2'], siblings: [...apps, 'app2'], run: 'shared' });
    expect(registry.log.entries().filter(({ status }) => status === 401)).toEqual([]);
    await expectWhole([...apps, 'app2']);
  }, 30_000);

  it('are all published even if the first upload of a shared layer fails', async () => {
    const apps = await buildApps(3);
    registry.faults.add({ method: 'PUT', path: /\/blobs\/uploads\//, times: 4, answer: { status: 503 } });
    await publishing.publish({ projects: apps });
    await expectWhole(apps);
  }, 30_000);

  it('are all published even if the registry answers "mounted" without having the blob', async () => {
    const apps = await buildApps(2);
    registry.faults.add({ method: 'POST', path: /app1\/.*mount=.*from=app0/, times: Infinity, answer: { status: 201 } });
    await publishing.publish({ projects: apps });
    await expectWhole(apps);
    const manifest = (await askFor('app1/manifests/latest')) as { layers: { digest: string }[] };
    expect(manifest.layers).toHaveLength(4);
  }, 30_000);
});
