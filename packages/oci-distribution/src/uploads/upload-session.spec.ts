import { digestOf } from '@nx-oci/model';
import { makeImage } from '@nx-oci/model/testing';

import { answer, type Script, startScriptedServer } from '../testing/scripted-server';
import { ALICE, contentOf, testClient } from '../testing/test-client';

const LAYER = makeImage({ layers: 1, layerBytes: 1_000_000 }).layers[0]!;
const { descriptor } = LAYER;

describe('the location of an upload', () => {
  /** A registry with this `location` for uploads, which accepts everything. */
  const uploadsTo =
    (location: (self: string) => string, put: Script = (_, response) => answer(response, 201)): Script =>
    (request, response, self) => {
      if (request.headers.authorization === undefined) return answer(response, 401, { 'www-authenticate': 'Basic realm="x"' });
      if (request.method === 'POST') return answer(response, 202, { location: location(self.url) });
      put(request, response, self);
    };

  async function pushTo(script: Script): Promise<{ readonly result: unknown; readonly puts: readonly (string | undefined)[][] }> {
    const registry = await startScriptedServer(script);
    const client = testClient({ credential: ALICE });
    const repository = client.repository({ registry: registry.host, repository: 'a', access: 'push' });
    const result: unknown = await repository.push(descriptor, contentOf(LAYER)).catch((error: unknown) => error);
    await Promise.all([client.close(), registry.close()]);
    const puts = registry.seen.filter(({ method }) => method === 'PUT').map(({ target, headers }) => [target, headers.authorization]);
    return { result, puts };
  }

  it.each([
    ['relative', () => '/elsewhere/1?_state=a%2Fb'],
    ['absolute', (self: string) => `${self}/elsewhere/1?_state=a%2Fb`],
  ])('may be %s', async (_, location) => {
    const { result, puts } = await pushTo(uploadsTo(location));
    expect(result).toBe('uploaded');
    expect(puts).toEqual([[`/elsewhere/1?_state=a%2Fb&digest=${encodeURIComponent(descriptor.digest)}`, expect.stringMatching(/^Basic /)]]);
  });

  it('gets no credentials on another server, even if that requires them', async () => {
    const thief = await startScriptedServer((_, response) => answer(response, 401, { 'www-authenticate': 'Basic realm="x"' }));
    const { result } = await pushTo(uploadsTo(() => `${thief.url}/take?x=1`));
    expect(result).toMatchObject({ code: 'REGISTRY_FAILED' });
    expect(thief.seen.length).toBeGreaterThan(0);
    expect(thief.seen.map(({ headers }) => headers.authorization)).toEqual(thief.seen.map(() => undefined));
    await thief.close();
  });

  it.each(['ftp://127.0.0.1/x', 'http://alice:secret@127.0.0.1/x'])('is refused when it is %s', async (location) => {
    const { result } = await pushTo(uploadsTo(() => location));
    expect(result).toMatchObject({ code: 'REDIRECT_REFUSED' });
  });

  it('must exist', async () => {
    const { result } = await pushTo((request, response) =>
      answer(response, request.headers.authorization === undefined ? 401 : 202, { 'www-authenticate': 'Basic' }),
    );
    expect(result).toMatchObject({ code: 'REGISTRY_FAILED', message: expect.stringMatching(/without a Location/) });
  });

  it('causes an error if it says that it stored something else', async () => {
    const stored = { 'docker-content-digest': digestOf('something else') };
    const { result, puts } = await pushTo(
      uploadsTo(
        () => '/x',
        (_, response) => answer(response, 201, stored),
      ),
    );
    expect(result).toMatchObject({ code: 'DIGEST_MISMATCH' });
    expect(puts).toHaveLength(1);
  });
});
