import { setTimeout as wait } from 'node:timers/promises';

import { startRegistry, type RunningRegistry } from '..';

const ACCOUNT = { username: 'alice', password: 'pässword: with colon' };
const BASIC = `Basic ${Buffer.from(`${ACCOUNT.username}:${ACCOUNT.password}`).toString('base64')}`;

interface Grant {
  readonly token: string;
  readonly expires_in: number;
  readonly refresh_token?: string;
}

describe('a registry with bearer login', () => {
  let registry: RunningRegistry;
  const ask = (path: string, authorization?: string, method = 'GET'): Promise<Response> =>
    fetch(registry.url + path, { method, headers: authorization === undefined ? {} : { authorization } });
  const grant = async (query: string, authorization = BASIC): Promise<Grant> =>
    (await (await ask(`/token?service=oci-registry&${query}`, authorization)).json()) as Grant;
  const challengeOf = (answer: Response): string => answer.headers.get('www-authenticate') ?? '';

  beforeEach(async () => {
    registry = await startRegistry({ login: { ...ACCOUNT, scheme: 'bearer' } });
  });
  afterEach(() => registry.close());

  it('names its token service, and the scope that a request needs', async () => {
    const answer = await ask('/v2/team/api/blobs/uploads/', undefined, 'POST');
    expect(answer.status).toBe(401);
    expect(challengeOf(answer)).toBe(`Bearer realm="${registry.url}/token",service="oci-registry",scope="repository:team/api:pull,push"`);
  });

  it('asks for pull on the repository that a blob is mounted from', async () => {
    const answer = await ask(`/v2/a/blobs/uploads/?mount=sha256:${'0'.repeat(64)}&from=b`, undefined, 'POST');
    expect(challengeOf(answer)).toContain('scope="repository:a:pull,push repository:b:pull"');
  });

  it('names a realm at the host that the client used', async () => {
    const answer = await fetch(`http://localhost:${registry.port}/v2/`);
    expect(challengeOf(answer)).toContain(`realm="http://localhost:${registry.port}/token"`);
  });

  it('allows a token only what was granted', async () => {
    const { token } = await grant('scope=repository:a:pull,push');
    expect((await ask('/v2/a/blobs/uploads/', `Bearer ${token}`, 'POST')).status).toBe(202);
    expect((await ask('/v2/a/manifests/v1', `Bearer ${token}`)).status).toBe(404);
    for (const [path, method] of [
      ['/v2/b/manifests/v1', 'GET'],
      ['/v2/a/manifests/v1', 'DELETE'],
      ['/v2/_catalog', 'GET'],
    ] as const) {
      const answer = await ask(path, `Bearer ${token}`, method);
      expect([answer.status, challengeOf(answer)]).toEqual([401, expect.stringContaining('error="insufficient_scope"')]);
    }
  });

  it('grants several scopes at once, in one parameter or in several', async () => {
    for (const query of ['scope=repository:a:pull&scope=repository:b:pull', 'scope=repository:a:pull%20repository:b:pull']) {
      const { token } = await grant(query);
      expect((await ask('/v2/a/manifests/v1', `Bearer ${token}`)).status).toBe(404);
      expect((await ask('/v2/b/manifests/v1', `Bearer ${token}`)).status).toBe(404);
    }
  });

  it('refuses an expired token', async () => {
    await registry.close();
    registry = await startRegistry({ login: { ...ACCOUNT, scheme: 'bearer', tokenSeconds: 1 } });
    const { token, expires_in } = await grant('scope=repository:a:pull');
    expect(expires_in).toBe(1);
    await wait(1100);
    const answer = await ask('/v2/a/manifests/v1', `Bearer ${token}`);
    expect([answer.status, challengeOf(answer)]).toEqual([401, expect.stringContaining('error="invalid_token"')]);
  });

  it('refuses a token that it did not make', async () => {
    const { token } = await grant('scope=repository:a:pull');
    const [head = '', body = '', signature = ''] = token.split('.');
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as { access: unknown };
    const wider = Buffer.from(JSON.stringify({ ...claims, access: [{ type: 'repository', name: 'b', actions: ['pull'] }] })).toString(
      'base64url',
    );
    for (const forged of [`${head}.${wider}.${signature}`, `${head}.${wider}.`, 'nonsense', token.slice(0, -2)]) {
      expect((await ask('/v2/b/manifests/v1', `Bearer ${forged}`)).status).toBe(401);
    }
  });

  it.each([
    undefined,
    'Basic !!!',
    `Basic ${Buffer.from('alice:wrong').toString('base64')}`,
    `Basic ${Buffer.from('alice').toString('base64')}`,
  ])('gives no token for %s', async (authorization) => {
    const answer = await ask('/token?service=oci-registry', authorization);
    expect([answer.status, challengeOf(answer)]).toEqual([401, expect.stringContaining('Basic')]);
  });

  it('supports OAuth2, with a refresh token that is only valid for tokens', async () => {
    const post = (form: Record<string, string>): Promise<Response> =>
      fetch(`${registry.url}/token`, { method: 'POST', body: new URLSearchParams({ service: 'oci-registry', ...form }) });
    const first = (await (await post({ grant_type: 'password', ...ACCOUNT, access_type: 'offline' })).json()) as Grant;
    const refresh = first.refresh_token ?? '';
    const second = (await (
      await post({ grant_type: 'refresh_token', refresh_token: refresh, scope: 'repository:a:pull' })
    ).json()) as Grant;
    expect((await ask('/v2/a/manifests/v1', `Bearer ${second.token}`)).status).toBe(404);
    expect((await ask('/v2/', `Bearer ${refresh}`)).status).toBe(401);
    expect((await post({ grant_type: 'refresh_token', refresh_token: second.token })).status).toBe(401);
    expect((await post({ grant_type: 'password', username: 'alice', password: 'wrong' })).status).toBe(401);
  });

  it('shows its page to a browser that knows the password', async () => {
    expect((await ask('/')).status).toBe(401);
    expect((await ask('/', BASIC)).status).toBe(200);
  });
});

describe('a registry with basic login', () => {
  let registry: RunningRegistry;
  beforeEach(async () => {
    registry = await startRegistry({ login: ACCOUNT });
  });
  afterEach(() => registry.close());

  it('accepts the right name and password everywhere, and nothing else', async () => {
    for (const [path, status] of [
      ['/v2/', 200],
      ['/', 200],
      ['/v2/_catalog', 200],
      ['/v2/a/manifests/v1', 404],
    ] as const) {
      expect((await fetch(registry.url + path, { headers: { authorization: BASIC } })).status).toBe(status);
      const refused = await fetch(registry.url + path);
      expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('Basic realm=')]);
    }
  });

  it('never logs credentials', async () => {
    await fetch(`${registry.url}/v2/?token=s3cret`, { headers: { authorization: BASIC } });
    expect(registry.log.entries()).toMatchObject([{ path: '/v2/?token=***', authorization: 'basic' }]);
    expect(JSON.stringify(registry.log.entries())).not.toMatch(/s3cret|password/);
  });
});
