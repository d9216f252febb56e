import { inspect } from 'node:util';

import fc from 'fast-check';

import { createRegistryClient } from './client';
import { answer, type SeenRequest, startScriptedServer, type ScriptedServer } from './testing/scripted-server';
import { FAST_RETRY, knows } from './testing/test-client';

/** The secrets that the registry received, in all forms in which it could repeat them. */
type Echo = (secrets: readonly string[]) => string;

const ECHOES: Readonly<Record<string, Echo>> = {
  plain: (secrets) => secrets.join(' and '),
  escaped: (secrets) => JSON.stringify(secrets),
  inUrl: (secrets) => secrets.map(encodeURIComponent).join('/'),
  inBase64: (secrets) => secrets.map((one) => Buffer.from(one).toString('base64')).join(' '),
  beforeCut: (secrets) => `${'x'.repeat(290)} ${secrets.join(' ')}`,
};

interface Place {
  readonly status: number;
  readonly headers?: (echo: string, self: string) => Record<string, string>;
  readonly body?: (echo: string) => string;
}

const PLACES: Readonly<Record<string, Place>> = {
  message: { status: 403, body: (echo) => JSON.stringify({ errors: [{ code: 'DENIED', message: echo }] }) },
  code: { status: 400, body: (echo) => JSON.stringify({ errors: [{ code: echo, message: 'no' }] }) },
  text: { status: 500, body: (echo) => echo },
  warning: { status: 404, headers: (echo) => ({ warning: `299 - "${toHeader(echo).replaceAll(/["\\]/g, '\\$&')}"` }) },
  location: { status: 307, headers: (echo) => ({ location: `ftp://${encodeURIComponent(echo)}/?a=${encodeURIComponent(echo)}` }) },
  login: { status: 307, headers: (echo) => ({ location: `http://${encodeURIComponent(echo)}@127.0.0.1/` }) },
  realm: { status: 401, headers: (echo) => ({ 'www-authenticate': `Bearer realm="${encodeURIComponent(echo)}"` }) },
  realmOfHost: { status: 401, headers: (echo) => ({ 'www-authenticate': `Bearer realm="ftp://x/${encodeURIComponent(echo)}"` }) },
};

/** A header that Node accepts. */
function toHeader(text: string): string {
  return Buffer.from(text)
    .toString('latin1')
    .replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '?');
}

/** Everything that the user of the client can see. */
async function whatIsSeen(server: ScriptedServer, username: string, password: string): Promise<string> {
  const client = createRegistryClient({ credentials: knows({ kind: 'basic', username, password }), retry: FAST_RETRY, env: {} });
  const error: unknown = await client
    .repository({ registry: server.host, repository: 'app' })
    .resolve('latest')
    .catch((thrown: unknown) => thrown);
  const seen = [inspect(error, { depth: 9, showHidden: true }), inspect(client.warnings()), inspect(client.learned(), { depth: 9 })];
  await client.close();
  return seen.join('\n');
}

/** Lets the client log in, and answers the request with a secret as `place` says. */
function reflect(
  place: Place,
  echo: Echo,
  password: string,
): (request: SeenRequest, self: string) => Parameters<typeof answer> extends [unknown, ...infer Rest] ? Rest : never {
  return ({ headers: { authorization = '' } }, self) => {
    if (authorization === '') return [401, { 'www-authenticate': 'Basic realm="r"' }, ''];
    const [, encoded = ''] = authorization.split(' ');
    const said = echo([Buffer.from(encoded, 'base64').toString(), password, encoded, authorization]);
    return [place.status, place.headers?.(said, self) ?? {}, place.body?.(said) ?? ''];
  };
}

describe('secrets that a registry repeats', () => {
  it('are in no error, warning or stored fact of the client, wherever and however they are repeated', async () => {
    let script: ReturnType<typeof reflect> | undefined;
    const server = await startScriptedServer((request, response, self) =>
      answer(response, ...(script?.(request, self.url) ?? [404, {}, ''])),
    );
    const secrets = fc
      .string({ unit: 'grapheme-ascii', minLength: 13, maxLength: 60 })
      .filter((text) => text.trim() === text && /\W|\d/.test(text));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('robot', 'ci', 'x'),
        secrets,
        fc.constantFrom(...Object.values(PLACES)),
        fc.constantFrom(...Object.values(ECHOES)),
        async (username, password, place, echo) => {
          script = reflect(place, echo, password);
          const seen = await whatIsSeen(server, username, password);
          const pair = Buffer.from(`${username}:${password}`).toString('base64');
          for (const secret of [
            password,
            pair,
            encodeURIComponent(password),
            JSON.stringify(password).slice(1, -1),
            password.slice(0, 12),
          ]) {
            expect(seen).not.toContain(secret);
          }
        },
      ),
      { numRuns: 150, seed: 1 },
    );
  }, 60_000);

  it.each([
    ['400 with the token in its body', 400, 'details'],
    ['401 with the login in its body', 401, 'errors'],
    ['200 without a token', 200, 'other'],
    ['500', 500, 'plain'],
  ])('are not quoted from a token service that answers %s', async (_, status, shape) => {
    const token = 'nobody-knows-this-token-yet';
    const bodies: Record<string, string> = {
      details: JSON.stringify({ details: token, access: token }),
      errors: JSON.stringify({ errors: [{ code: token, message: token }] }),
      other: JSON.stringify({ jwt: token }),
      plain: token,
    };
    const server = await startScriptedServer((request, response, self) => {
      if (request.target.startsWith('/token')) return answer(response, status, { warning: `299 - "${token}"` }, bodies[shape]);
      return answer(response, 401, { 'www-authenticate': `Bearer realm="${self.url}/token",service="s"` });
    });
    expect(await whatIsSeen(server, 'robot', 'correct horse')).not.toContain(token);
  });

  it.each([200, 201, 203])('a token service may answer %d', async (status) => {
    const server = await startScriptedServer((request, response, self) => {
      if (request.target.startsWith('/token')) return answer(response, status, {}, JSON.stringify({ token: 'a-token-of-201' }));
      if (request.headers.authorization === 'Bearer a-token-of-201') return answer(response, 404);
      return answer(response, 401, { 'www-authenticate': `Bearer realm="${self.url}/token",service="s"` });
    });
    expect(await whatIsSeen(server, 'robot', 'correct horse')).toMatch(/^undefined/);
  });
});
