import { digestOf } from '@nx-oci/model';

import { answer, MANIFEST_UNKNOWN, type ScriptedServer, startScriptedServer } from '../testing/scripted-server';
import { testClient } from '../testing/test-client';

const DIGEST = digestOf(Buffer.from('an image'));
const NO_SUCH_KEY = '<Error><Code>NoSuchKey</Code></Error>';

/** A registry that redirects reads to another server, which answers 404 with this body. */
async function startRedirecting(words: string): Promise<ScriptedServer> {
  const storage = await startScriptedServer((_, response) => answer(response, 404, {}, words));
  return startScriptedServer((_, response) => answer(response, 307, { location: `${storage.url}/somewhere` }));
}

describe('a 404 of a server that a registry redirects to', () => {
  it('does not prove absence without a registry error code', async () => {
    const { host } = await startRedirecting(NO_SUCH_KEY);
    const api = testClient().repository({ registry: host, repository: 'api', access: 'push' });
    expect(await api.resolve('v1')).toBe('unknown');
    await expect(api.fetchManifest('v1')).rejects.toThrow(/redirected to 127\.0\.0\.1:\d+, and .* answered 404/);
    await expect(api.listReferrers(DIGEST)).rejects.toThrow('answered 404');
    await expect(api.listTags()).rejects.toThrow('answered 404');
  });

  it('is reported for a pull', async () => {
    const { host } = await startRedirecting(NO_SUCH_KEY);
    await expect(testClient().repository({ registry: host, repository: 'api' }).resolve('v1')).rejects.toThrow('answered 404');
  });

  it('counts with a registry error code, since some registries redirect to another one', async () => {
    const { host } = await startRedirecting(MANIFEST_UNKNOWN);
    const api = testClient().repository({ registry: host, repository: 'api', access: 'push' });
    expect(await api.resolve('v1')).toBeUndefined();
    expect(await api.fetchManifest('v1')).toBeUndefined();
    expect(await api.listReferrers(DIGEST)).toEqual([]);
    expect(await api.listTags()).toEqual({ names: [] });
  });
});

describe('a 404 of a registry itself', () => {
  it('is accepted at once with an error code, and confirmed by a HEAD without one', async () => {
    const server = await startScriptedServer(({ target }, response) =>
      answer(response, 404, {}, target.endsWith('v1') ? MANIFEST_UNKNOWN : 'default backend'),
    );
    const api = testClient().repository({ registry: server.host, repository: 'api', access: 'push' });
    expect([await api.resolve('v1'), await api.resolve('v2')]).toEqual([undefined, undefined]);
    expect(server.seen.map(({ method, target }) => `${method} ${target}`)).toEqual([
      'GET /v2/api/manifests/v1',
      'GET /v2/api/manifests/v2',
      'HEAD /v2/api/manifests/v2',
    ]);
  });
});
