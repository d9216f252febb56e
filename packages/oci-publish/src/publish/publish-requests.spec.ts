import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describeWith } from '@nx-oci/model/testing';
import { startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { startCountingProxy, type CountingProxy } from './testing/counting-proxy';
import { describeRequests, LARGE_LAYER_BYTES, makePublishing, tally, type Publishing } from './testing/publishing';

const LOGIN = { username: 'robot', password: 'correct-horse', scheme: 'bearer' } as const;
const AUTH = "auth: { username: robot, password: '${SECRET}' }";
const ENV = { SECRET: LOGIN.password };

async function publish(publishing: Publishing, tags: readonly string[] = ['latest'], image?: string, project = 'app'): Promise<void> {
  const options = { tags: tags.map((literal) => ({ literal })), ...(image !== undefined && { image }) };
  const results = await publishing.publish({ options, projects: [project] });
  expect([...results.values()]).toEqual([expect.objectContaining({ success: true })]);
}

describe('what a publish asks of a registry with bearer tokens', () => {
  let registry: RunningRegistry;
  let publishing: Publishing;

  beforeEach(async () => {
    registry = await startRegistry({ login: LOGIN });
    publishing = makePublishing(`{ host: '${registry.host}', guard: false, ${AUTH} }`, ENV, LARGE_LAYER_BYTES);
    await publishing.build('app');
  });

  afterEach(async () => {
    publishing.workspace.remove();
    await registry.close();
  });

  async function count(work: () => Promise<void>): Promise<Readonly<Record<string, number>>> {
    registry.log.clear();
    await work();
    return tally(describeRequests(registry.log.entries()));
  }

  const LOGGING_IN = { '401': 1, token: 1 };

  it('is 15 requests for a first push of five layers: nothing is looked for, nothing put twice, and the config needs one', async () => {
    expect(await count(() => publish(publishing))).toEqual({
      ...LOGGING_IN,
      'GET manifest': 1,
      'POST upload': 6,
      'PUT upload': 5,
      'PUT manifest': 1,
    });
  });

  it('is 3 requests if nothing changed, and 2 if the host is known', async () => {
    await publish(publishing);
    expect(await count(() => publish(publishing))).toEqual({ token: 1, 'GET manifest': 1 });
    publishing.forget();
    expect(await count(() => publish(publishing))).toEqual({ ...LOGGING_IN, 'GET manifest': 1 });
  });

  it('is 7 requests if one layer changed: the previous manifest, which comes with the tag, shows which blobs exist', async () => {
    await publish(publishing);
    await publishing.build('app', { changed: [4] });
    publishing.forget();
    const requests = { 'GET manifest': 1, 'POST upload': 2, 'PUT upload': 1, 'PUT manifest': 1 };
    expect(await count(() => publish(publishing))).toEqual({ ...LOGGING_IN, ...requests });
    await publishing.build('app', { changed: [3] });
    expect(await count(() => publish(publishing))).toEqual({ token: 1, ...requests });
  });

  it('is 9 requests if another repository has all layers and the config, as an earlier run saw: nothing is sent', async () => {
    await publish(publishing);
    const requests = await count(() => publish(publishing, ['latest'], 'elsewhere/app'));
    expect(requests).toEqual({ token: 1, 'GET manifest': 1, 'POST upload': 6, 'PUT manifest': 1 });
  });

  it('is 18 requests for four new tags: one request sets them all', async () => {
    const requests = await count(() => publish(publishing, ['a', 'b', 'c', 'd']));
    expect(requests).toEqual({
      ...LOGGING_IN,
      'GET manifest': 4,
      'POST upload': 6,
      'PUT upload': 5,
      'PUT manifest': 1,
    });
    const { tags } = (await askFor('tags/list')) as { tags: string[] };
    expect(tags.sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('is 5 requests for another tag on an existing image', async () => {
    await publish(publishing);
    publishing.forget();
    expect(await count(() => publish(publishing, ['latest', 'more']))).toEqual({
      ...LOGGING_IN,
      'GET manifest': 2,
      'PUT manifest': 1,
    });
  });

  it('sends the blobs that the previous manifest names and the registry has lost, and then sets the tag', async () => {
    await publish(publishing);
    const { layers } = (await askFor('manifests/latest')) as { layers: { digest: string }[] };
    const lost = layers[0]!.digest;
    await publishing.build('app', { changed: [4] });
    publishing.forget();
    const error = JSON.stringify({ errors: [{ code: 'MANIFEST_BLOB_UNKNOWN', message: 'unknown', detail: { digest: lost } }] });
    registry.faults.add({ method: 'HEAD', path: new RegExp(`blobs/${lost}`), answer: { status: 404 } });
    registry.faults.add({ method: 'PUT', path: /manifests/, answer: { status: 404, body: error } });
    registry.log.clear();
    await publish(publishing);
    const sent = registry.log.entries().filter(({ path, status }) => status === 201 && path.includes(`digest=${encodeURIComponent(lost)}`));
    expect(sent).toHaveLength(1);
    expect(((await askFor('manifests/latest')) as { layers: { digest: string }[] }).layers[0]?.digest).toBe(lost);
  });

  it('is two requests more for guarded floating tags: one read right before a tag moves, and one afterwards', async () => {
    const guarded = makePublishing(`{ host: '${registry.host}', namespace: guarded, ${AUTH} }`, ENV, LARGE_LAYER_BYTES);
    await guarded.build('app');
    const options = { tags: ['latest'] };
    await guarded.publish({ options });
    guarded.workspace.commit('second');
    await guarded.build('app', { changed: [4] });
    guarded.forget();
    const requests = await count(async () => {
      const results = await guarded.publish({ options });
      expect(results.get('app:publish')?.text).toContain('published');
    });
    guarded.workspace.remove();
    expect(requests).toEqual({
      ...LOGGING_IN,
      'GET manifest': 3,
      'POST upload': 2,
      'PUT upload': 1,
      'PUT manifest': 1,
    });
  });

  it('is not misled by wrong hints', async () => {
    await publish(publishing);
    await publishing.build('app', { changed: [0, 4] });
    const blobs = readdirSync(join(publishing.workspace.root, 'dist/images/app/blobs/sha256')).map((name) => `sha256:${name}`);
    const folder = join(publishing.workspace.root, '.nx/workspace-data/nx-oci/hints');
    const [file = ''] = readdirSync(folder).map((name) => join(folder, name));
    const hints = JSON.parse(readFileSync(file, 'utf8')) as { facts: object; images: object[] };
    const login = { kind: 'bearer', realm: 'https://127.0.0.1:1/token' };
    const images = hints.images.map((image) => ({ ...image, blobs }));
    writeFileSync(file, JSON.stringify({ ...hints, facts: { tagParameter: false, login }, images }));
    await publish(publishing, ['latest', 'more']);
    const { layers } = (await askFor('manifests/more')) as { layers: { digest: string }[] };
    expect(blobs).toEqual(expect.arrayContaining(layers.map(({ digest }) => digest)));
    expect(await askFor('manifests/latest')).toEqual(await askFor('manifests/more'));
  });

  it('does not set the tag if a blob is lost for good', async () => {
    registry.faults.add({
      method: 'PUT',
      path: /manifests/,
      times: Infinity,
      answer: { status: 400, body: '{"errors":[{"code":"MANIFEST_BLOB_UNKNOWN"}]}' },
    });
    const results = await publishing.publish();
    expect([...results.values()]).toEqual([expect.objectContaining({ success: false })]);
    registry.faults.clear();
    expect(await askFor('manifests/latest')).toMatchObject({ errors: [{ code: 'MANIFEST_UNKNOWN' }] });
  });

  /** Reads over plain HTTP, without our code. */
  async function askFor(path: string): Promise<unknown> {
    const basic = Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64');
    const got = await fetch(`${registry.url}/token?scope=repository:app:pull`, { headers: { authorization: `Basic ${basic}` } });
    const { token } = (await got.json()) as { token: string };
    const headers = { authorization: `Bearer ${token}`, accept: 'application/vnd.oci.image.manifest.v1+json' };
    return (await fetch(`${registry.url}/v2/app/${path}`, { headers })).json();
  }
});

describeWith(['distribution-3'], 'what a publish asks of distribution 3 behind a token service', (things) => {
  let proxy: CountingProxy;
  let publishing: Publishing;
  let image: string;

  beforeEach(async () => {
    proxy = await startCountingProxy(things.server('distribution-3').host, LOGIN);
    publishing = makePublishing(`{ host: '${proxy.host}', guard: false, ${AUTH} }`, ENV, LARGE_LAYER_BYTES);
    image = `requests/${randomUUID()}`;
    await publishing.build('app');
  });

  afterEach(async () => {
    publishing.workspace.remove();
    await proxy.close();
  });

  async function count(tags: readonly string[], name = image): Promise<number> {
    proxy.take();
    await publish(publishing, tags, name);
    return proxy.take().length;
  }

  it('is 16 for a first push, 2 if nothing changed, 3 if the host is unknown', async () => {
    expect(await count(['latest'])).toBe(16);
    expect(await count(['latest'])).toBe(2);
    publishing.forget();
    expect(await count(['latest'])).toBe(3);
  });

  it('is 8 if one layer changed, and 7 if the host is known', async () => {
    await count(['latest']);
    await publishing.build('app', { changed: [4] });
    publishing.forget();
    expect(await count(['latest'])).toBe(8);
    await publishing.build('app', { changed: [3] });
    expect(await count(['latest'])).toBe(7);
  });

  it('is 22 for four new tags: this registry takes one in a request', async () => {
    expect(await count(['a', 'b', 'c', 'd'])).toBe(22);
  });

  it('is 9 if another repository has all blobs, as an earlier run saw', async () => {
    await count(['latest']);
    expect(await count(['latest'], `${image}-2`)).toBe(9);
  });

  it('is 10 if only the build used the host, and all layers are those of the base in another repository', async () => {
    await count(['latest']);
    publishing.forget();
    await publishing.build('web', { layers: 0, base: `${proxy.host}/${image}:latest` });
    proxy.take();
    await publish(publishing, ['latest'], `${image}-web`, 'web');
    const requests = proxy.take();
    expect(requests.filter(({ status, path }) => status === 201 && path.includes('mount='))).toHaveLength(5);
    expect(requests).toHaveLength(10);
  });

  it('finds existing content without a tag', async () => {
    await publish(publishing, ['one'], image);
    publishing.forget();
    proxy.take();
    await publish(publishing, ['two'], image);
    expect(proxy.take().filter(({ method }) => method === 'PUT')).toHaveLength(1);
  });
});
