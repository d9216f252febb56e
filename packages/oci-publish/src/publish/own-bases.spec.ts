import { startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { makePublishing, type Publishing } from './testing/publishing';

const BOTH = ['linux/amd64', 'linux/arm64'];
const TYPES = ['application/vnd.oci.image.manifest.v1+json', 'application/vnd.oci.image.index.v1+json'];

let registry: RunningRegistry;
let publishing: Publishing;
beforeEach(async () => {
  registry = await startRegistry();
  publishing = makePublishing(`{ host: '${registry.host}', tags: [sha, latest] }`);
});
afterEach(async () => {
  publishing.workspace.remove();
  await registry.close();
});

interface Manifest {
  readonly annotations: Readonly<Record<string, string>>;
  readonly layers: readonly { readonly digest: string }[];
}

interface Published extends Manifest {
  readonly digest: string | null;
  readonly manifests?: readonly { readonly digest: string }[];
}

async function read(name: string, reference = 'latest'): Promise<Published> {
  const answer = await fetch(`${registry.url}/v2/${name}/manifests/${reference}`, { headers: { accept: TYPES.join(', ') } });
  expect(answer.status).toBe(200);
  return { digest: answer.headers.get('docker-content-digest'), ...((await answer.json()) as Manifest) };
}

const named = (project: string): string => `${registry.host}/${project}:latest`;

/** Three images, each on the one before. */
async function buildChain(platform: string | readonly string[] = 'linux/amd64'): Promise<void> {
  await publishing.build('os', { layers: 2, platform });
  await publishing.build('web', { layers: 1, base: named('os'), baseProject: 'os', platform });
  await publishing.build('app', { layers: 1, base: named('web'), baseProject: 'web', platform });
}

async function publish(...projects: readonly string[]): Promise<void> {
  const results = await publishing.publish({ projects });
  expect([...results.values()].map(({ success, text }) => (success ? '' : text))).toEqual(projects.map(() => ''));
}

describe('an image on an image of the workspace', () => {
  it('names the digest that its base gets in the same run, and shares its layers, each sent once', async () => {
    await buildChain();
    await publish('app', 'os', 'web');
    const [os, web, app] = await Promise.all(['os', 'web', 'app'].map((name) => read(name)));
    expect(web?.annotations).toMatchObject({
      'org.opencontainers.image.base.name': named('os'),
      'org.opencontainers.image.base.digest': os?.digest,
    });
    expect(app?.annotations).toMatchObject({
      'org.opencontainers.image.base.name': named('web'),
      'org.opencontainers.image.base.digest': web?.digest,
      'dev.nx-oci.project': 'app',
    });
    expect(app?.layers.slice(0, 3)).toEqual(web?.layers);
    const sent = registry.log
      .entries()
      .filter(({ method, path, status }) => method !== 'GET' && path.includes('/blobs/') && status === 201);
    const uploads = sent.filter(({ path }) => !path.includes('mount='));
    expect(uploads).toHaveLength(4 + 3);
  });

  it('names its base as published before if that has the same content, and no digest if it does not', async () => {
    await buildChain();
    await publish('os', 'web');
    const before = await read('web');
    publishing.workspace.commit('a change elsewhere');
    await publish('app');
    expect((await read('app')).annotations).toMatchObject({ 'org.opencontainers.image.base.digest': before.digest });
    await publishing.build('web', { layers: 1, changed: [0], base: named('os'), baseProject: 'os' });
    await publishing.build('app', { layers: 1, base: named('web'), baseProject: 'web' });
    publishing.workspace.commit('another change');
    await publish('app');
    const { annotations } = await read('app');
    expect(annotations).toMatchObject({ 'org.opencontainers.image.base.name': named('web') });
    expect(annotations).not.toHaveProperty('org.opencontainers.image.base.digest');
  });

  it('names the base of each of its platforms', async () => {
    await buildChain(BOTH);
    await publish('os', 'web', 'app');
    const [web, app] = await Promise.all([read('web'), read('app')]);
    const bases = (web.manifests ?? []).map(({ digest }) => `${named('web')}=${digest}`).sort();
    expect(app.annotations['dev.nx-oci.bases']).toBe(bases.join(' '));
  });

  it('names the base of each of its platforms as published before', async () => {
    await buildChain(BOTH);
    await publish('os', 'web');
    const { manifests = [] } = await read('web');
    publishing.workspace.commit('a change elsewhere');
    await publish('app');
    const bases = manifests.map(({ digest }) => `${named('web')}=${digest}`).sort();
    expect((await read('app')).annotations['dev.nx-oci.bases']).toBe(bases.join(' '));
  });

  it('lets its base get no tag either if it is refused', async () => {
    await publishing.build('web', { layers: 1 });
    await publish('web');
    await buildChain();
    const results = await publishing.publish({ projects: ['os', 'web', 'app'] });
    expect([...results.values()].map(({ success }) => success)).toEqual([false, false, false]);
    expect(results.get('web:publish')?.text).toContain('immutable');
    const written = registry.log.entries().filter(({ method, path }) => method !== 'GET' && !path.startsWith('/v2/web/'));
    expect(written).toEqual([]);
  });
});
