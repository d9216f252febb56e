import { type RunningRegistry } from '@nx-oci/registry';

import { type RegistryCapabilities } from '../host/registry-capabilities';
import { answer, startScriptedServer } from '../testing/scripted-server';
import { ALICE, testClient } from '../testing/test-client';
import { startRegistry } from '../testing/test-registry';

const { username, password } = ALICE;

/** Looks a tag up with these known facts about the host. */
async function lookUp(
  host: string,
  login: RegistryCapabilities['login'],
): Promise<{ readonly result: unknown; readonly learned: unknown }> {
  const client = testClient({ credential: ALICE, recall: () => ({ login }) });
  const repository = client.repository({ registry: host, repository: 'app', access: 'push' });
  const result: unknown = await repository.resolve('v1').catch((error: unknown) => error);
  const learned = client.learned().get(host)?.login;
  await client.close();
  return { result, learned };
}

describe('the login method of a host from an earlier run', () => {
  let bearer: RunningRegistry;

  beforeEach(async () => {
    bearer = await startRegistry({ login: { username, password, scheme: 'bearer' } });
  });

  afterEach(() => bearer.close());

  const asked = ({ log }: RunningRegistry): readonly string[] => log.entries().map(({ path, status }) => `${path.split('?')[0]} ${status}`);

  it('saves the request that would be refused', async () => {
    const { learned } = await lookUp(bearer.host, undefined);
    expect(learned).toEqual({ kind: 'bearer', realm: `${bearer.url}/token`, service: 'oci-registry' });
    bearer.log.clear();
    expect((await lookUp(bearer.host, learned as RegistryCapabilities['login'])).result).toBeUndefined();
    expect(asked(bearer)).toEqual(['/token 200', '/v2/app/manifests/v1 404']);
  });

  it('is dropped when the token service no longer exists', async () => {
    const { result, learned } = await lookUp(bearer.host, { kind: 'bearer', realm: `${bearer.url}/gone`, service: 'x' });
    expect(result).toBeUndefined();
    expect(learned).toEqual({ kind: 'bearer', realm: `${bearer.url}/token`, service: 'oci-registry' });
  });

  it('is dropped when the registry no longer accepts tokens of that service', async () => {
    const old = await startRegistry({ login: { username, password, scheme: 'bearer' } });
    const client = testClient({
      credential: ALICE,
      hosts: () => ({ trustedHosts: [old.host] }),
      recall: () => ({ login: { kind: 'bearer', realm: `${old.url}/token`, service: 'oci-registry' } }),
    });
    expect(await client.repository({ registry: bearer.host, repository: 'app', access: 'push' }).resolve('v1')).toBeUndefined();
    expect(asked(bearer)).toEqual(['/v2/app/manifests/v1 401', '/token 200', '/v2/app/manifests/v1 404']);
    await Promise.all([client.close(), old.close()]);
  });

  it('never sends the credentials to a service that the registry itself could not have named', async () => {
    const stranger = await startScriptedServer((_, response) => answer(response, 200, {}, '{"token":"abc"}'));
    expect((await lookUp(bearer.host, { kind: 'bearer', realm: `${stranger.url}/token`, service: 'x' })).result).toBeUndefined();
    expect(stranger.seen.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    await stranger.close();
  });

  it.each(['file:///etc/passwd', 'not a url', 'http://user:secret@10.0.0.1/token'])('is ignored when it names %s', async (realm) => {
    expect((await lookUp(bearer.host, { kind: 'bearer', realm, service: undefined })).result).toBeUndefined();
    expect(asked(bearer)[0]).toBe('/v2/app/manifests/v1 401');
  });

  it('does not matter when the registry now allows anonymous access', async () => {
    const open = await startRegistry();
    expect((await lookUp(open.host, { kind: 'bearer', realm: `${open.url}/token`, service: 'x' })).learned).toBeUndefined();
    expect(asked(open).slice(-2)).toEqual(['/v2/app/manifests/v1 404', '/v2/ 200']);
    await open.close();
  });

  it('is corrected when the registry now requires name and password, and used when it still does', async () => {
    const basic = await startRegistry({ login: { username, password } });
    const { result, learned } = await lookUp(basic.host, { kind: 'bearer', realm: `${bearer.url}/token`, service: 'oci-registry' });
    expect([result, learned]).toEqual([undefined, { kind: 'basic' }]);
    basic.log.clear();
    await lookUp(basic.host, { kind: 'basic' });
    expect(asked(basic)).toEqual(['/v2/app/manifests/v1 404']);
    await basic.close();
  });

  it('is not stored when the realm may contain a secret', async () => {
    const realm = (self: string): string => `${self}/token?key=hunter2`;
    const registry = await startScriptedServer(({ headers, target }, response, self) => {
      if (target.startsWith('/token')) return answer(response, 200, {}, '{"token":"abc"}');
      const challenge = { 'www-authenticate': `Bearer realm="${realm(self.url)}"` };
      return headers.authorization === undefined ? answer(response, 401, challenge) : answer(response, 404);
    });
    expect(await lookUp(registry.host, undefined)).toEqual({ result: undefined, learned: undefined });
    await registry.close();
  });
});
