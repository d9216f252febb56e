import { answer, startScriptedServer, type ScriptedServer } from '../testing/scripted-server';
import { ALICE, testClient } from '../testing/test-client';

/** A registry whose token service gives a new token each time, with this lifetime. */
function startGiving(lifetime: object): Promise<ScriptedServer> {
  let given = 0;
  return startScriptedServer((request, response, self) => {
    if (request.target.startsWith('/token')) return answer(response, 200, {}, JSON.stringify({ token: `token-${++given}`, ...lifetime }));
    if (request.headers.authorization !== undefined) return answer(response, 404);
    return answer(response, 401, { 'www-authenticate': `Bearer realm="${self.url}/token"` });
  });
}

// Renewed after nine tenths of it. See https://github.com/distribution/distribution/blob/v3.0.0/docs/content/spec/auth/token.md
it.each([
  { lifetime: {}, title: 'without a lifetime', seconds: 60 },
  { lifetime: { expires_in: 5 }, title: 'that ends after 5 seconds', seconds: 60 },
  { lifetime: { expires_in: 0 }, title: 'that ends at once', seconds: 60 },
  { lifetime: { expires_in: '300' }, title: 'whose lifetime is no number', seconds: 60 },
  { lifetime: { expires_in: 300 }, title: 'that ends after 300 seconds', seconds: 300 },
])(
  'a token $title is used for nine tenths of $seconds seconds, and replaced before a registry refuses it',
  async ({ lifetime, seconds }) => {
    const registry = await startGiving(lifetime);
    const clock = { nowMs: 1_000_000 };
    const repository = testClient({ credential: ALICE, nowMs: () => clock.nowMs }).repository({ registry: registry.host, repository: 'a' });
    const lookUpAfter = async (passedSeconds: number): Promise<string | undefined> => {
      clock.nowMs = 1_000_000 + passedSeconds * 1000;
      await repository.resolve('v1');
      return registry.seen.at(-1)?.headers.authorization;
    };
    expect(await lookUpAfter(0)).toBe('Bearer token-1');
    expect(await lookUpAfter(seconds * 0.9 - 1)).toBe('Bearer token-1');
    expect(await lookUpAfter(seconds * 0.9)).toBe('Bearer token-2');
    // Only the very first request was refused.
    expect(registry.seen.filter(({ headers }) => headers.authorization === undefined)).toHaveLength(1);
  },
);

it('a token request names the account and the program', async () => {
  const registry = await startGiving({});
  await testClient({ credential: ALICE }).repository({ registry: registry.host, repository: 'a' }).resolve('v1');
  const asked = registry.seen.map(({ target }) => new URL(target, registry.url)).filter(({ pathname }) => pathname === '/token');
  expect(asked.map(({ searchParams }) => [searchParams.get('account'), searchParams.get('client_id')])).toEqual([['alice', 'nx-oci']]);
});
