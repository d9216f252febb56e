import { makeImage } from '@nx-oci/model/testing';
import { profiles } from '@nx-oci/registry';

import { answer, startScriptedServer } from '../testing/scripted-server';
import { ALICE, contentOf, knows, testClient } from '../testing/test-client';
import { startRegistry } from '../testing/test-registry';

const { username, password } = ALICE;

describe('a token service that honours only the last of several scopes', () => {
  it('is asked again for the scope that matters', async () => {
    const registry = await startScriptedServer(({ headers, target }, response, self) => {
      const url = new URL(target, self.url);
      if (url.pathname === '/token') return answer(response, 200, {}, JSON.stringify({ token: url.searchParams.getAll('scope').at(-1) }));
      const isGranted = headers.authorization === 'Bearer repository:app:pull,push';
      return isGranted ? answer(response, 404) : answer(response, 401, { 'www-authenticate': `Bearer realm="${self.url}/token"` });
    });
    const client = testClient({ credential: ALICE });
    const name = { registry: registry.host, repository: 'app', access: 'push', mountSources: ['base'] } as const;
    expect(await client.repository(name).listTags()).toEqual({ names: [] });
    await Promise.all([client.close(), registry.close()]);
  });

  it('gives one token per repository for all further requests; nothing is refused, and nothing is mounted', async () => {
    const registry = await startRegistry({ profile: profiles.gitlab, login: { username, password } });
    const { layers } = makeImage({ layers: 8 });
    const client = testClient({ credential: ALICE, hosts: () => ({ trustedHosts: [registry.secondServer!.host] }) });
    const app = client.repository({ registry: registry.host, repository: 'team/app', access: 'push', mountSources: ['team/base'] });
    expect(await app.resolve('v1')).toBeUndefined();
    const from = { registry: registry.host, repository: 'team/base' };
    const outcomes = await Promise.all(layers.map((layer) => app.mountOrPush(layer.descriptor, from, contentOf(layer))));
    expect(new Set(outcomes)).toEqual(new Set(['uploaded']));
    // The first request, when the login method is still unknown.
    expect(registry.log.entries().filter(({ status }) => status === 401)).toHaveLength(1);
    // One for both, which only covers one; one for the other.
    expect(registry.secondServer!.log.entries()).toHaveLength(2);
    expect(registry.log.entries().filter(({ path }) => path.includes('mount='))).toHaveLength(0);
  });

  it('is not asked for mounts again after one was refused, if its tokens do not show their scopes', async () => {
    const registry = await startScriptedServer(({ method, headers, target }, response, self) => {
      const url = new URL(target, self.url);
      if (url.pathname === '/token') return answer(response, 200, {}, JSON.stringify({ token: url.searchParams.getAll('scope').at(-1) }));
      const challenge = { 'www-authenticate': `Bearer realm="${self.url}/token"` };
      if (headers.authorization !== 'Bearer repository:app:pull,push') return answer(response, 401, challenge);
      if (url.searchParams.has('mount')) return answer(response, 401, challenge);
      return method === 'POST' ? answer(response, 202, { location: '/upload' }) : answer(response, method === 'PUT' ? 201 : 404);
    });
    const app = testClient({ credential: ALICE }).repository({ registry: registry.host, repository: 'app', access: 'push' });
    for (const layer of makeImage({ layers: 4 }).layers) {
      expect(await app.mountOrPush(layer.descriptor, { registry: registry.host, repository: 'base' }, contentOf(layer))).toBe('uploaded');
    }
    const mounts = registry.seen.filter(({ target }) => target.includes('mount='));
    // Without a token, and with one.
    expect(mounts).toHaveLength(2);
  });
});

describe('a run that pushes to many repositories of a host', () => {
  const names = ['a', 'b', 'c'];

  it('requests one token for all of them', async () => {
    const registry = await startRegistry({ login: { username, password, scheme: 'bearer' } });
    const client = testClient({ credential: ALICE });
    const repositories = names.map((repository) => client.repository({ registry: registry.host, repository, access: 'push' }));
    await Promise.all(repositories.map((repository) => repository.resolve('v1')));
    expect(registry.log.entries().filter(({ path }) => path.startsWith('/token'))).toHaveLength(1);
    await Promise.all([client.close(), registry.close()]);
  });

  it('requests one token each if the service refuses many scopes', async () => {
    const registry = await startRegistry({ login: { username, password, scheme: 'bearer' } });
    registry.faults.add({ method: 'GET', path: /\/token\?.*scope=.*scope=/, times: Infinity, answer: { status: 403 } });
    const client = testClient({ credential: ALICE });
    const repositories = names.map((repository) => client.repository({ registry: registry.host, repository, access: 'push' }));
    expect(await Promise.all(repositories.map((repository) => repository.resolve('v1')))).toEqual([undefined, undefined, undefined]);
    await Promise.all([client.close(), registry.close()]);
  });

  it('never mixes accounts', async () => {
    const registry = await startRegistry({ login: { username, password, scheme: 'bearer' } });
    const accounts = {
      find: (_: string, name: string) => knows(name === 'b' ? { ...ALICE, kind: 'identity-token', token: 'x' } : ALICE).find('', ''),
    };
    const client = testClient({ credentials: accounts });
    const [first] = names.map((repository) => client.repository({ registry: registry.host, repository, access: 'push' }));
    await first?.resolve('v1');
    const { path } = registry.log.entries().find((entry) => entry.path.startsWith('/token'))!;
    expect(new URL(path, registry.url).searchParams.getAll('scope')).toEqual(['repository:a:pull,push', 'repository:c:pull,push']);
    await Promise.all([client.close(), registry.close()]);
  });
});
