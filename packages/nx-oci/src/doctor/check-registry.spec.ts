import { profiles, startRegistry, type RunningRegistry, type StartRegistryOptions } from '@nx-oci/registry';
import { openConnection, type RegistryEntry, repositoryOf } from '@nx-oci/publish';

import { type Step } from './diagnosis';
import { checkRegistry } from './check-registry';

const LOGIN = { username: 'alice', password: 'CANARY-s3cret', scheme: 'bearer' } as const;

describe('checking a registry', () => {
  let registry: RunningRegistry;
  afterEach(() => registry.close());

  interface Wanted {
    readonly options?: StartRegistryOptions;
    readonly entry?: Partial<RegistryEntry> | (() => Partial<RegistryEntry>);
    readonly images?: readonly [string, ...string[]];
    readonly isPushTried?: boolean;
    readonly prepare?: () => unknown;
  }

  /** The result of each step: `✖ push text → hint`. */
  async function check({ options, entry = {}, images = ['api'], isPushTried = true, prepare }: Wanted): Promise<readonly string[]> {
    registry = await startRegistry(options);
    await prepare?.();
    const whole: RegistryEntry = { ...ENTRY, host: registry.host, ...(typeof entry === 'function' ? entry() : entry) };
    // No HOME with a login.
    const env = { DOCKER_CONFIG: '/nowhere', REGISTRY_AUTH_FILE: '' };
    const connection = await openConnection({ entries: [whole], env, hasRetries: false });
    const [first, ...others] = images.map((image) => repositoryOf(whole, image));
    const { steps } = await checkRegistry({ entry: whole, repositories: [first!, ...others] }, { connection, isPushTried });
    await connection.client.close();
    return steps.map((step) => describeStep(step).replaceAll(registry.host, 'HOST'));
  }

  const requests = (): readonly string[] => registry.log.entries().map(({ method, path }) => `${method} ${path}`);
  const auth = { username: LOGIN.username, password: LOGIN.password };

  it('reports success, and leaves nothing behind', async () => {
    expect(await check({ options: { login: LOGIN }, entry: { auth }, images: ['api', 'web', 'a', 'b'] })).toEqual([
      'passed reach: answers',
      'passed login: alice, from registries.yaml (auth of one)',
      'passed pull: HOST/team/api, HOST/team/web, HOST/team/a and 1 more',
      'passed push: HOST/team/api, HOST/team/web, HOST/team/a and 1 more',
    ]);
    const opened = requests().filter((request) => request.startsWith('POST'));
    const cancelled = requests().filter((request) => request.startsWith('DELETE'));
    expect([opened.length, cancelled.length, requests().some((request) => request.startsWith('PUT'))]).toEqual([4, 4, false]);
  });

  it.each(['basic', 'bearer'] as const)('logs in if anonymous requests get 404 (%s)', async (scheme) => {
    const options = { login: { ...LOGIN, scheme }, profile: profiles.artifactory, settings: { hidesFromStrangers: true } };
    const [, login, pull] = await check({ options, entry: { auth }, isPushTried: false });
    expect([login, pull]).toEqual(['passed login: alice, from registries.yaml (auth of one)', 'passed pull: HOST/team/api']);
    await registry.close();
    const wrong = await check({ options, entry: { auth: { ...auth, password: 'wrong' } }, isPushTried: false });
    expect(wrong.find((step) => step.startsWith('failed'))).toMatch(/did not accept/);
  });

  it('opens no upload with push: false', async () => {
    expect((await check({ isPushTried: false })).at(-1)).toBe('skipped push: switched off (push: false)');
    expect(requests().filter((request) => request.startsWith('POST'))).toEqual([]);
  });

  it('reports a missing login, and the searched sources', async () => {
    const [, login] = await check({});
    expect(login).toMatch(/^info login: no login found; looked in: registries\.yaml \(no auth for one\), /);
  });

  it('reports a rejected password without showing it', async () => {
    const steps = await check({ options: { login: LOGIN }, entry: { auth: { username: 'alice', password: 'CANARY-wrong' } } });
    expect(steps).toEqual([
      'passed reach: answers',
      expect.stringMatching(
        /^failed login: Cannot .+ did not accept the credentials\. \(alice, from registries\.yaml \(auth of one\)\) → They came from/,
      ),
      'skipped pull: not tried',
      'skipped push: not tried',
    ]);
    expect(steps.join()).not.toContain('CANARY');
  });

  it('detects a line break at the end of a pasted secret', async () => {
    const [, login] = await check({ options: { login: LOGIN }, entry: { auth: { ...auth, password: `${LOGIN.password}\n` } } });
    expect(login).toMatch(/^failed login: .+ → The password starts or ends with white space/);
  });

  it('distinguishes a missing login from a rejected one', async () => {
    const [, login] = await check({ options: { login: LOGIN } });
    expect(login).toMatch(/^failed login: Cannot .+ no credentials for HOST were found\. → Run `docker login/);
  });

  it('names the package without write access, and those with it', async () => {
    const options = { login: LOGIN, profile: profiles.ghcr, settings: { repositories: ['team/web'] } };
    const steps = await check({ options, entry: { auth }, images: ['api', 'web'] });
    expect(steps.slice(2)).toEqual([
      'passed pull: HOST/team/web',
      expect.stringMatching(/^failed pull: .+HOST\/team\/api:latest.+ 403/),
      'passed push: HOST/team/web',
      expect.stringMatching(/^failed push: Cannot open an upload to HOST\/team\/api: .+ 403 .+write_package.+ → .+Manage Actions access/),
    ]);
  });

  it('accepts a token that may push but not pull', async () => {
    const options = { login: LOGIN, profile: profiles.gitlab, settings: { isWriteOnly: true } };
    const steps = await check({ options, entry: () => ({ auth, trustedHosts: [new URL(registry.secondServer!.url).host] }) });
    expect(steps.slice(1)).toEqual([
      'passed login: alice, from registries.yaml (auth of one)',
      expect.stringMatching(/^info pull: Cannot/),
      'passed push: HOST/team/api',
    ]);
  });

  it('reports an unreachable registry once for all images', async () => {
    const steps = await check({ images: ['api', 'web'], prepare: () => registry.close() });
    expect(steps).toEqual([
      expect.stringMatching(/^failed reach: Cannot .+ nothing listens at HOST .+ → Start the registry/),
      expect.stringMatching(/^skipped login: not tried; no login found; looked in: registries\.yaml \(no auth for one\)/),
      'skipped pull: not tried',
      'skipped push: not tried',
    ]);
  });

  it('detects plain HTTP where TLS was expected', async () => {
    const [reach] = await check({ entry: { plainHttp: false } });
    expect(reach).toMatch(/^failed reach: .+ does not speak HTTPS.* → .+`plainHttp: true`/);
  });

  it('reports a rate limit without waiting for it', async () => {
    const answer = { status: 429, headers: { 'retry-after': '120' } };
    const startedMs = performance.now();
    const steps = await check({ prepare: () => registry.faults.add({ path: /./, times: Infinity, answer }) });
    expect(performance.now() - startedMs).toBeLessThan(60_000);
    expect(steps.filter((step) => step.startsWith('failed'))).toEqual([
      expect.stringMatching(/^failed pull: .+ 429.* → Wait, log in/),
      expect.stringMatching(/^failed push: .+ 429.* → Wait, log in/),
    ]);
  });

  it('stops if the credential helper fails', async () => {
    registry = await startRegistry();
    const failing = { find: () => Promise.reject(new Error('a bug')) };
    const connection = { ...(await openConnection({ entries: [], env: {} })), credentials: failing };
    const repositories = [repositoryOf({ ...ENTRY, host: registry.host }, 'api')] as const;
    await expect(checkRegistry({ entry: ENTRY, repositories }, { connection, isPushTried: true })).rejects.toThrow('a bug');
  });
});

const describeStep = ({ outcome, name, text, hint }: Step): string =>
  `${outcome} ${name}: ${text}${hint === undefined ? '' : ` → ${hint}`}`;

const ENTRY: RegistryEntry = { name: 'one', host: '', namespace: 'team', trustedHosts: [], guard: true, onFailure: 'abort' };
