import { inspect } from 'node:util';

import { toFailWithCode } from '@nx-oci/model/testing';

import { type Credential } from '../credentials/credential';
import { type HostSettings } from '../host/host-settings';
import { answer, MANIFEST_UNKNOWN, type Script, startScriptedServer, type ScriptedServer } from '../testing/scripted-server';
import { ALICE, testClient } from '../testing/test-client';
import { startRegistry } from '../testing/test-registry';

expect.extend({ toFailWithCode });

const BASIC = `Basic ${Buffer.from('alice:correct horse').toString('base64')}`;

/** Looks a tag up with ALICE's credentials, or those given. */
async function lookUp(registry: { readonly host: string }, credential: Credential = ALICE, settings: HostSettings = {}): Promise<unknown> {
  const client = testClient({ credential, hosts: () => settings });
  const result: unknown = await client
    .repository({ registry: registry.host, repository: 'team/a' })
    .resolve('v1')
    .catch((error: unknown) => error);
  await client.close();
  return result;
}

/** A registry that names `realm` as its token service and accepts every token. */
function sendingTo(realm: (self: string) => string): Script {
  return (request, response, self) =>
    request.headers.authorization === undefined || request.target.startsWith('/token')
      ? answer(response, 401, { 'www-authenticate': `Bearer realm="${realm(self.url)}",service="the registry"` })
      : answer(response, 404, {}, MANIFEST_UNKNOWN);
}

const tokenService: Script = (_, response) => answer(response, 200, {}, '{"token":"abc","expires_in":300}');
const authorizations = ({ seen }: ScriptedServer) => seen.map(({ headers }) => headers.authorization);

describe('a token service with another host name than the registry', () => {
  let stranger: ScriptedServer;

  beforeEach(async () => {
    stranger = await startScriptedServer(tokenService);
  });

  afterEach(() => stranger.close());

  it('does not receive the credentials', async () => {
    const registry = await startScriptedServer(sendingTo(() => `${stranger.url}/token`));
    expect(await lookUp(registry)).toBeUndefined();
    expect(authorizations(stranger)).toEqual([undefined]);
    expect(authorizations(registry)).toEqual([undefined, 'Bearer abc']);
    await registry.close();
  });

  it('is named in the error when that was not enough', async () => {
    const registry = await startScriptedServer((_, response) =>
      answer(response, 401, { 'www-authenticate': `Bearer realm="${stranger.url}/token"` }),
    );
    expect(await lookUp(registry)).toMatchObject({
      code: 'UNAUTHORIZED',
      hint: expect.stringContaining(`If ${stranger.host} belongs to`),
    });
    await registry.close();
  });

  it('receives them when the user trusts it', async () => {
    const registry = await startScriptedServer(sendingTo(() => `${stranger.url}/token`));
    await lookUp(registry, ALICE, { trustedHosts: [stranger.host] });
    expect(authorizations(stranger)).toEqual([BASIC]);
    expect(stranger.seen[0]!.target).toBe('/token?service=the+registry&scope=repository%3Ateam%2Fa%3Apull&client_id=nx-oci&account=alice');
    await registry.close();
  });

  it('is not used with other URL schemes', async () => {
    const registry = await startScriptedServer(sendingTo(() => 'file:///etc/passwd'));
    expect(await lookUp(registry)).toMatchObject({ code: 'REALM_REFUSED' });
    await registry.close();
  });

  it('is not followed when it redirects', async () => {
    const service: Script = (request, response, self) =>
      request.target.startsWith('/token')
        ? answer(response, 307, { location: `${stranger.url}/x` })
        : sendingTo(() => `${self.url}/token`)(request, response, self);
    const registry = await startScriptedServer(service);
    expect(await lookUp(registry)).toMatchObject({ code: 'REGISTRY_FAILED' });
    expect(stranger.seen).toEqual([]);
    await registry.close();
  });
});

describe('the registry’s own token service', () => {
  /** A registry that is its own token service, which answers with `service`. */
  const withService = (service: Script): Promise<ScriptedServer> =>
    startScriptedServer((request, response, self) =>
      request.target.startsWith('/token') ? service(request, response, self) : sendingTo((url) => `${url}/token`)(request, response, self),
    );

  it('receives an identity token by POST, only in the body', async () => {
    const registry = await withService((_, response) => answer(response, 200, {}, '{"access_token":"abc"}'));
    expect(await lookUp(registry, { kind: 'identity-token', token: 's3cret' })).toBeUndefined();
    const [, asked] = registry.seen;
    expect(asked).toMatchObject({ method: 'POST', target: '/token' });
    expect(Object.fromEntries(new URLSearchParams(asked!.body))).toMatchObject({
      grant_type: 'refresh_token',
      refresh_token: 's3cret',
      service: 'the registry',
      scope: 'repository:team/a:pull',
    });
    expect(registry.seen.at(-1)!.headers.authorization).toBe('Bearer abc');
    await registry.close();
  });

  it.each([404, 405])('receives it as a password by GET when it does not support POST and answers %i', async (status) => {
    const registry = await withService((request, response, self) =>
      request.method === 'POST' ? answer(response, status) : tokenService(request, response, self),
    );
    expect(await lookUp(registry, { kind: 'identity-token', token: 's3cret' })).toBeUndefined();
    expect(registry.seen[2]!.headers.authorization).toBe(`Basic ${Buffer.from('<token>:s3cret').toString('base64')}`);
    await registry.close();
  });

  it.each(['{}', '{"token":""}', '{"token":5}', '{"token":"s3cret\\r\\nx-evil: 1"}', '{"token":"s3cret"', 's3cret'])(
    'that answers %.30s gave no token, and is not quoted',
    async (body) => {
      const registry = await withService((_, response) => answer(response, 200, {}, body));
      const failure = await lookUp(registry);
      expect(failure).toMatchObject({ code: 'REGISTRY_FAILED', message: expect.stringMatching(/without a token/) });
      expect(inspect(failure)).not.toContain('s3cret');
      await registry.close();
    },
  );

  it('with an endless answer is cut off', async () => {
    const registry = await withService((_, response) => answer(response, 200, {}, 'x'.repeat(200_000)));
    expect(await lookUp(registry)).toMatchObject({ code: 'BODY_TOO_LARGE' });
    await registry.close();
  });

  it('that never answers times out', async () => {
    const timeout = AbortSignal.timeout.bind(AbortSignal);
    // Half a minute, six times of which would be too long.
    const hurry = jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => timeout(ms / 100));
    const registry = await withService(() => undefined);
    expect(await lookUp(registry)).toMatchObject({ code: 'REGISTRY_UNREACHABLE', message: expect.stringMatching(/stopped answering/) });
    hurry.mockRestore();
    await registry.close();
  });

  it('is asked again when the connection breaks in the middle of the token', async () => {
    let asked = 0;
    const registry = await withService((request, response, self) => {
      if (++asked > 1) return tokenService(request, response, self);
      response.writeHead(200, { 'content-length': 100 }).write('{"token":', () => response.destroy());
    });
    expect(await lookUp(registry)).toBeUndefined();
    expect(asked).toBe(2);
    await registry.close();
  });

  it('is not asked again when it refuses the password', async () => {
    const registry = await withService((_, response) => answer(response, 401));
    expect(await lookUp(registry)).toMatchObject({
      code: 'UNAUTHORIZED',
      message: expect.stringMatching(/did not accept the credentials/),
    });
    expect(registry.seen).toHaveLength(2);
    await registry.close();
  });

  it('is asked again after a temporary failure', async () => {
    let asked = 0;
    const registry = await withService((request, response, self) =>
      ++asked === 1 ? answer(response, 503) : tokenService(request, response, self),
    );
    expect(await lookUp(registry)).toBeUndefined();
    expect(asked).toBe(2);
    await registry.close();
  });
});

describe('logging in', () => {
  it('uses a registry token unchanged, without a token request', async () => {
    const registry = await startScriptedServer((_, response) => answer(response, 404, {}, MANIFEST_UNKNOWN));
    await lookUp(registry, { kind: 'registry-token', token: 'ready' });
    expect(authorizations(registry)).toEqual(['Bearer ready']);
    await registry.close();
  });

  it('does not send credentials to a registry that requires none', async () => {
    const registry = await startScriptedServer((_, response) => answer(response, 404, {}, MANIFEST_UNKNOWN));
    await lookUp(registry);
    expect(authorizations(registry)).toEqual([undefined]);
    await registry.close();
  });

  it('requests one new token when the registry refuses the old one early', async () => {
    const registry = await startRegistry({ login: { username: ALICE.username, password: ALICE.password, scheme: 'bearer' } });
    const client = testClient({ credential: ALICE });
    const repository = client.repository({ registry: registry.host, repository: 'a' });
    await repository.resolve('v1');
    const realm = /realm="([^"]+)"/.exec((await fetch(`${registry.url}/v2/`)).headers.get('www-authenticate') ?? '')![1]!;
    registry.faults.add({
      path: /manifests/,
      answer: { status: 401, headers: { 'www-authenticate': `Bearer realm="${realm}",service="x"` } },
    });
    registry.log.clear();
    expect(await repository.resolve('v1')).toBeUndefined();
    expect(registry.log.entries().map(({ method, status }) => `${method} ${status}`)).toEqual(['GET 401', 'GET 200', 'GET 404']);
    await Promise.all([client.close(), registry.close()]);
  });

  it('does not loop with a registry that refuses every token', async () => {
    const registry = await startScriptedServer((request, response, self) =>
      request.target.startsWith('/token')
        ? tokenService(request, response, self)
        : answer(response, 401, { 'www-authenticate': `Bearer realm="${self.url}/token"` }),
    );
    expect(await lookUp(registry)).toMatchObject({ code: 'UNAUTHORIZED' });
    expect(registry.seen.length).toBeLessThan(10);
    await registry.close();
  });

  it('lets the next request ask when the first one got no answer', async () => {
    const registry = await startRegistry({ login: { username: ALICE.username, password: ALICE.password, scheme: 'basic' } });
    registry.faults.add({ path: /./, reset: 'before' });
    const client = testClient({ credential: ALICE });
    const repository = client.repository({ registry: registry.host, repository: 'a' });
    expect(await Promise.all(['v1', 'v2', 'v3'].map((tag) => repository.resolve(tag)))).toEqual([undefined, undefined, undefined]);
    expect(registry.log.entries().filter(({ status }) => status === 401)).toHaveLength(1);
    await Promise.all([client.close(), registry.close()]);
  });
});
