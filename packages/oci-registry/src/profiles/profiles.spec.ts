import { digestOf } from '@nx-oci/model';

import { profiles, startRegistry, type RegistryProfile, type RunningRegistry, type StartRegistryOptions } from '..';
import { codesOf, makeImage, putManifest } from '../testing/push';
import { findProfile, PROFILE_NAMES } from './profiles';

const ALL: readonly [string, RegistryProfile][] = Object.values(profiles).map((profile) => [profile.title, profile]);
const ACCOUNT = { username: 'alice', password: 'secret' };
const BLOB = 'content of a blob';

describe('profiles', () => {
  let registry: RunningRegistry | undefined;
  const start = async (profile: RegistryProfile, options: StartRegistryOptions = {}): Promise<RunningRegistry> => {
    registry = await startRegistry({ profile, ...options });
    return registry;
  };
  const ask = (method: string, path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(registry!.url + path, { method, redirect: 'manual', ...init });
  /** POST and PUT, which every registry accepts. */
  const upload = async (repository: string, content: string): Promise<Response> => {
    const { headers } = await ask('POST', `/v2/${repository}/blobs/uploads/`);
    return ask('PUT', `${headers.get('location')!}?digest=${digestOf(content)}`, { body: content });
  };
  const mount = (into: string, content: string, from?: string): Promise<Response> =>
    ask('POST', `/v2/${into}/blobs/uploads/?mount=${digestOf(content)}${from === undefined ? '' : `&from=${from}`}`);
  const openUpload = async (): Promise<string> => (await ask('POST', '/v2/a/b/blobs/uploads/')).headers.get('location')!;
  const chunk = (location: string, range: string, size: number): Promise<Response> =>
    ask('PATCH', location, { body: 'x'.repeat(size), headers: { 'content-range': range } });

  afterEach(() => registry?.close());

  it('are found by the names that the command line lists', () => {
    expect(PROFILE_NAMES).toHaveLength(10);
    expect(PROFILE_NAMES.map((name) => findProfile(name)?.name)).toEqual(PROFILE_NAMES);
    expect(findProfile('habor')).toBeUndefined();
  });

  it('have different settings', async () => {
    await expect(startRegistry({ settings: { repositories: ['a'] } })).rejects.toThrow('require a profile');
    await expect(startRegistry({ profile: profiles.harbor, settings: { repositories: ['a'] } })).rejects.toThrow(
      'Harbor is not known to have repositories; its settings: immutableTags, hasFullQuota, unscannedTags, cacheProjects.',
    );
    await expect(startRegistry({ profile: profiles.ecr, settings: { requestsPerMinute: 0 } })).rejects.toThrow('requestsPerMinute');
  });

  describe.each(ALL)('%s', (_title, profile) => {
    it('stores and returns an image', async () => {
      const { url } = await start(profile);
      for (const content of [BLOB, '{}']) expect((await upload('a/b', content)).status).toBe(201);
      const image = JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digestOf('{}'), size: 2 },
        layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: digestOf(BLOB), size: BLOB.length }],
      });
      expect((await putManifest(url, 'a/b', 'v1', image)).status).toBe(201);
      expect((await putManifest(url, 'a/b', 'v1', image)).status).toBe(201);
      expect(await (await ask('GET', '/v2/a/b/manifests/v1')).text()).toBe(image);
      expect(await (await ask('GET', `/v2/a/b/blobs/${digestOf(BLOB)}`, { redirect: 'follow' })).text()).toBe(BLOB);
    });

    it('requires a login in the form of the real one', async () => {
      await start(profile, { login: ACCOUNT });
      const { status, headers } = await ask('POST', '/v2/a/b/blobs/uploads/');
      const challenge = headers.get('www-authenticate') ?? '';
      const { scheme, tokenPath = '/token', isOnSecondServer } = profile.login;
      expect(status).toBe(401);
      if (scheme === 'basic') expect(challenge).toMatch(/^Basic /);
      else expect(challenge).toContain(`Bearer realm="${isOnSecondServer ? registry!.secondServer!.url : registry!.url}${tokenPath}"`);
    });
  });

  it.each([
    ['docker-hub', 403, 'DENIED'],
    ['ecr', 400, 'TAG_INVALID'],
    ['gar', 400, 'MANIFEST_INVALID'],
    ['acr', 405, 'REGISTRY_DISALLOWED_OPERATION'],
    ['gitlab', 403, 'DENIED'],
    ['harbor', 412, 'PRECONDITION'],
    ['artifactory', 403, 'MANIFEST_INVALID'],
    ['quay', 409, 'TAG_IMMUTABLE'],
    ['zot', 403, 'DENIED'],
  ])('refuse to move an immutable tag: %s with %i %s', async (name, status, code) => {
    const profile = findProfile(name)!;
    // Sparse: the content of the image does not matter here.
    const { url } = await start(profile, { acceptSparse: true, settings: { immutableTags: /^v/g } });
    const image = await makeImage(await otherRegistry(), 'a/b', []);
    expect((await putManifest(url, 'a/b', 'v1', image)).status).toBe(201);
    const again = await putManifest(url, 'a/b', 'v1', image);
    expect([again.status, await codesOf(again)]).toEqual([status, [code]]);
    expect((await putManifest(url, 'a/b', 'latest', image)).status).toBe(201);
    expect((await putManifest(url, 'a/b', 'latest', image)).status).toBe(201);
  });

  /** A profile that accepts blobs in one request. */
  async function otherRegistry(): Promise<string> {
    const other = await startRegistry();
    afterTest.push(() => other.close());
    return other.url;
  }
  const afterTest: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of afterTest.splice(0)) await end();
  });

  it.each([
    ['ghcr', 202, 202],
    ['docker-hub', 202, 202],
    ['ecr', 202, 202],
    ['gar', 202, 202],
    ['acr', 202, 202],
    ['gitlab', 202, 202],
    ['harbor', 202, 202],
    ['artifactory', 201, 202],
    ['quay', 201, 202],
    ['zot', 201, 201],
  ])('support a blob in one request and a mount without a source, or not: %s answers %i and %i', async (name, oneRequest, mounted) => {
    await start(findProfile(name)!);
    const headers = { 'content-type': 'application/octet-stream' };
    const answer = await ask('POST', `/v2/a/b/blobs/uploads/?digest=${digestOf(BLOB)}`, { body: BLOB, headers });
    expect(answer.status).toBe(oneRequest);
    await upload('a/b', BLOB);
    expect((await mount('c/d', BLOB)).status).toBe(mounted);
  });

  it('mount from a source, except those that disable it by default or do not support it', async () => {
    for (const [profile, status] of [
      [profiles.dockerHub, 201],
      [profiles.ecr, 202],
      [profiles.artifactory, 202],
      [profiles.quay, 201],
    ] as const) {
      await start(profile);
      await upload('a/b', BLOB);
      expect((await mount('c/d', BLOB, 'a/b')).status).toBe(status);
      await registry?.close();
    }
  });

  it('handle chunks differently: GHCR refuses large ones, ECR loses all but the first, Google accepts only one', async () => {
    await start(profiles.ghcr);
    expect((await chunk(await openUpload(), '0-4194304', 4_194_305)).status).toBe(416);
    expect((await chunk(await openUpload(), '0-4194303', 4_194_304)).status).toBe(202);
    await registry?.close();

    await start(profiles.ecr);
    const location = await openUpload();
    expect([(await chunk(location, '0-3', 4)).status, (await chunk(location, '4-7', 4)).status]).toEqual([201, 201]);
    const closed = await ask('PUT', `${location}?digest=${digestOf('x'.repeat(8))}`);
    expect(await codesOf(closed)).toEqual(['DIGEST_INVALID']);
    await registry?.close();

    await start(profiles.gar);
    expect((await chunk(await openUpload(), '0-3', 4)).status).toBe(405);
    const whole = await openUpload();
    expect([(await ask('PATCH', whole, { body: 'xxxx' })).status, (await ask('PATCH', whole, { body: 'xxxx' })).status]).toEqual([
      202, 405,
    ]);
  });

  it.each([
    ['ecr', 404, 'NAME_UNKNOWN'],
    ['gar', 403, 'DENIED'],
    ['ghcr', 403, 'DENIED'],
    ['docker-hub', 401, 'UNAUTHORIZED'],
  ])('require existing repositories: %s answers %i %s', async (name, status, code) => {
    await start(findProfile(name)!, { settings: { repositories: ['a/b'] } });
    const answer = await ask('POST', '/v2/x/y/blobs/uploads/');
    expect([answer.status, await codesOf(answer)]).toEqual([status, [code]]);
    expect((await ask('POST', '/v2/a/b/blobs/uploads/')).status).toBe(202);
  });

  it('have different rate limit answers', async () => {
    await start(profiles.ghcr, { settings: { requestsPerMinute: 2 } });
    expect([(await ask('GET', '/v2/')).status, (await ask('GET', '/v2/')).status]).toEqual([200, 200]);
    const [limited, abuse] = [await ask('GET', '/v2/'), await ask('GET', '/v2/')];
    expect([limited.status, limited.headers.get('retry-after'), await limited.text()]).toEqual([
      429,
      null,
      expect.stringMatching(/retry-after: \d+\.\d+ms, allowed: 2000\/minute/),
    ]);
    expect([abuse.status, await abuse.text()]).toEqual([403, expect.stringContaining('secondary rate limit')]);
    await registry?.close();

    await start(profiles.acr, { settings: { requestsPerMinute: 1 } });
    await ask('GET', '/v2/');
    const waitSeconds = Number((await ask('GET', '/v2/')).headers.get('retry-after'));
    expect(waitSeconds).toBeGreaterThan(50);
    expect(waitSeconds).toBeLessThanOrEqual(60);
  });

  it.each([
    ['ghcr', 303],
    ['docker-hub', 404],
    ['harbor', 200],
  ])('list referrers, or not: %s answers %i', async (name, status) => {
    await start(findProfile(name)!);
    expect((await ask('GET', `/v2/a/b/referrers/${digestOf(BLOB)}`)).status).toBe(status);
  });

  it('GHCR names a placeholder repository in the challenge of /v2/, and can lose a confirmed mount', async () => {
    await start(profiles.ghcr, { login: ACCOUNT });
    expect((await ask('GET', '/v2/')).headers.get('www-authenticate')).toContain('scope="repository:user/image:pull"');
    await registry?.close();
    await start(profiles.ghcr, { settings: { lostMounts: 1 } });
    await upload('a/b', BLOB);
    expect((await mount('c/d', BLOB, 'a/b')).status).toBe(201);
    expect((await ask('HEAD', `/v2/c/d/blobs/${digestOf(BLOB)}`)).status).toBe(404);
    expect((await mount('c/d', BLOB, 'a/b')).status).toBe(201);
    expect((await ask('HEAD', `/v2/c/d/blobs/${digestOf(BLOB)}`)).status).toBe(200);
  });

  it('Docker Hub redirects to storage, which refuses a login in addition to the signature', async () => {
    await start(profiles.dockerHub);
    await upload('a/b', BLOB);
    const { status, headers } = await ask('GET', `/v2/a/b/blobs/${digestOf(BLOB)}`);
    const location = headers.get('location')!;
    expect([status, location]).toEqual([307, expect.stringMatching(`^${registry!.secondServer!.url}/`)]);
    expect(await (await fetch(location)).text()).toBe(BLOB);
    expect((await fetch(location, { headers: { authorization: 'Bearer x' } })).status).toBe(400);
    expect(registry!.secondServer!.log.entries().map(({ authorization }) => authorization)).toEqual([undefined, 'bearer']);
  });

  it('GitLab gives a token for the last scope only, and none for names that are too deep', async () => {
    await start(profiles.gitlab, { login: ACCOUNT });
    const authorization = `Basic ${Buffer.from('alice:secret').toString('base64')}`;
    const query = 'scope=repository:g/p:pull,push&scope=repository:g/q:pull';
    const answer = await fetch(`${registry!.secondServer!.url}/jwt/auth?${query}`, { headers: { authorization } });
    const { token } = (await answer.json()) as { readonly token: string };
    const pull = async (repository: string): Promise<number> =>
      (await ask('GET', `/v2/${repository}/manifests/v1`, { headers: { authorization: `Bearer ${token}` } })).status;
    expect([await pull('g/p'), await pull('g/q')]).toEqual([401, 404]);
    expect((await ask('GET', '/jwt/auth')).status).toBe(404);
    await registry?.close();
    await start(profiles.gitlab);
    expect([(await ask('GET', '/v2/g/p/x/y/tags/list')).status, (await ask('GET', '/v2/g/p/x/y/z/tags/list')).status]).toEqual([404, 401]);
  });

  it('Harbor requires a project in every name, and checks the source of a mount', async () => {
    await start(profiles.harbor);
    expect((await ask('POST', '/v2/app/blobs/uploads/')).status).toBe(400);
    await upload('a/b', BLOB);
    expect([
      (await mount('a/c', BLOB, 'a/b')).status,
      (await mount('a/c', BLOB, 'single')).status,
      (await mount('a/c', BLOB, 'nobody/made')).status,
    ]).toEqual([201, 400, 401]);
  });

  it('Harbor accepts no pushes to a proxy cache project', async () => {
    await start(profiles.harbor, { settings: { cacheProjects: ['hub'] } });
    const refused = await ask('POST', '/v2/hub/library/node/blobs/uploads/');
    expect([refused.status, await codesOf(refused)]).toEqual([403, ['DENIED']]);
    expect((await ask('HEAD', '/v2/hub/library/node/manifests/22')).status).toBe(404);
    expect((await ask('POST', '/v2/own/node/blobs/uploads/')).status).toBe(202);
  });

  it('Quay refuses uploads above the quota, and every write during maintenance', async () => {
    await start(profiles.quay, { settings: { hasFullQuota: true } });
    const full = await ask('POST', '/v2/a/b/blobs/uploads/');
    expect([full.status, await codesOf(full)]).toEqual([403, ['DENIED']]);
    await registry?.close();
    await start(profiles.quay, { settings: { isReadOnly: true } });
    const closed = await Promise.all([ask('POST', '/v2/a/b/blobs/uploads/'), ask('DELETE', '/v2/a/b/manifests/v1')]);
    for (const answer of closed) expect([answer.status, await codesOf(answer)]).toEqual([405, ['DENIED']]);
    expect((await ask('GET', '/v2/a/b/manifests/v1')).status).toBe(404);
  });

  it('Artifactory shares a blob with sibling repositories once a manifest names it', async () => {
    const { url } = await start(profiles.artifactory);
    const image = await makeImage(url, 'docker/api', [BLOB]);
    const look = async (repository: string): Promise<number> => (await ask('HEAD', `/v2/${repository}/blobs/${digestOf(BLOB)}`)).status;
    expect(await look('docker/web')).toBe(404);
    await putManifest(url, 'docker/api', 'v1', image);
    expect([await look('docker/web'), await look('other/web')]).toEqual([200, 404]);
    expect((await putManifest(url, 'docker/cli', 'v1', image)).status).toBe(201);
    expect((await putManifest(url, 'other/cli', 'v1', image)).status).toBe(404);
    expect((await mount('docker/web', BLOB, 'docker/api')).status).toBe(202);
  });

  it('Artifactory allows anonymous reads, answers 403 for missing content, and refuses Accept except on manifests', async () => {
    await start(profiles.artifactory, { login: ACCOUNT });
    expect((await ask('HEAD', '/v2/a/b/manifests/v1')).status).toBe(403);
    expect((await ask('GET', '/v2/a/b/manifests/v1')).status).toBe(404);
    expect((await ask('POST', '/v2/a/b/blobs/uploads/')).status).toBe(401);
    expect((await ask('GET', '/v2/a/b/tags/list', { headers: { accept: 'application/json' } })).status).toBe(406);
  });

  it('zot checks the Content-Type of an upload, and the number of tags', async () => {
    const { url } = await start(profiles.zot, { acceptSparse: true });
    expect((await ask('POST', '/v2/a/b/blobs/uploads/?from=c/d')).status).toBe(405);
    expect((await ask('POST', `/v2/a/b/blobs/uploads/?digest=${digestOf(BLOB)}`, { body: BLOB })).status).toBe(415);
    const image = await makeImage(await otherRegistry(), 'a/b', []);
    const tags = (count: number): string => Array.from({ length: count }, (_, number) => `tag=t${number}`).join('&');
    const push = async (reference: string): Promise<number> => (await putManifest(url, 'a/b', reference, image)).status;
    expect(await push(`v1?${tags(1)}`)).toBe(400);
    expect(await push(`${digestOf(image)}?${tags(47)}`)).toBe(414);
    expect(await push(`${digestOf(image)}?${tags(46)}`)).toBe(201);
  });

  it('others than zot ignore tags as parameters, and do not confirm them', async () => {
    const { url } = await start(profiles.harbor, { acceptSparse: true });
    const image = await makeImage(await otherRegistry(), 'a/b', []);
    const answer = await putManifest(url, 'a/b', `${digestOf(image)}?tag=v1`, image);
    expect([answer.status, answer.headers.get('oci-tag')]).toEqual([201, null]);
    expect((await ask('HEAD', '/v2/a/b/manifests/v1')).status).toBe(404);
  });

  it('ECR refuses pages that are too long', async () => {
    await start(profiles.ecr);
    await upload('a/b', BLOB);
    expect([(await ask('GET', '/v2/a/b/tags/list?n=1000')).status, (await ask('GET', '/v2/a/b/tags/list?n=1001')).status]).toEqual([
      200, 405,
    ]);
  });
});
