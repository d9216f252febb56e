import { answer, type ScriptedServer, startScriptedServer } from '../testing/scripted-server';
import { testClient } from '../testing/test-client';

/** Sends requests at these seconds of the client's clock. @returns the token that each finally used */
async function tokensAt(seconds: readonly number[], lifetime: object): Promise<readonly (string | undefined)[]> {
  let given = 0;
  const server: ScriptedServer = await startScriptedServer(({ target, headers }, response, self) => {
    if (target.startsWith('/token')) return answer(response, 200, {}, JSON.stringify({ token: `${++given}`, ...lifetime }));
    const challenge = { 'www-authenticate': `Bearer realm="${self.url}/token"` };
    return headers.authorization === undefined ? answer(response, 401, challenge) : answer(response, 404);
  });
  const repository = testClient().repository({ registry: server.host, repository: 'a' });
  const now = performance.now.bind(performance);
  let passedMs = 0;
  const clock = jest.spyOn(performance, 'now').mockImplementation(() => now() + passedMs);
  const tokens: (string | undefined)[] = [];
  for (const second of seconds) {
    passedMs = second * 1000;
    await repository.resolve('v1');
    tokens.push(server.seen.at(-1)?.headers.authorization?.replace('Bearer ', ''));
  }
  clock.mockRestore();
  return tokens;
}

describe('a token', () => {
  it('is used for nine tenths of its lifetime', async () => {
    expect(await tokensAt([0, 250, 275, 500], { expires_in: 300 })).toEqual(['1', '1', '2', '2']);
  });

  it.each([
    ['does not say', {}],
    ['says less', { expires_in: 1 }],
    ['says nonsense', { expires_in: 'soon' }],
    ['says less than nothing', { expires_in: -5 }],
  ])('is used for a minute when its service %s', async (_, lifetime) => {
    expect(await tokensAt([0, 40, 56, 90], lifetime)).toEqual(['1', '1', '2', '2']);
  });
});
