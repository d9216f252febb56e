import { parseErrorBody } from './registry-failure';
import { answer, startScriptedServer } from '../testing/scripted-server';
import { ALICE, FAST_RETRY, testClient } from '../testing/test-client';

/** The error message after a registry answered a list of tags like this. */
async function failureFor(status: number, body: string, headers: Record<string, string> = {}): Promise<unknown> {
  const server = await startScriptedServer((_, response) => answer(response, status, headers, body));
  const client = testClient({ credential: ALICE, retry: { ...FAST_RETRY, attempts: 1 } });
  const failure: unknown = await client
    .repository({ registry: server.host, repository: 'a' })
    .listTags()
    .catch((error: unknown) => error);
  await Promise.all([client.close(), server.close()]);
  return failure;
}

const errors = (code: string, message = 'so it is'): string => JSON.stringify({ errors: [{ code, message }] });

describe('an error response', () => {
  it.each([
    [403, errors('DENIED'), 'DENIED'],
    [429, errors('TOOMANYREQUESTS'), 'RATE_LIMITED'],
    [403, 'You have exceeded a secondary rate limit', 'RATE_LIMITED'],
    [413, '', 'BODY_TOO_LARGE'],
    [400, errors('NAME_INVALID'), 'REFERENCE_INVALID'],
    [400, errors('MANIFEST_INVALID'), 'MANIFEST_INVALID'],
    [418, 'I am a teapot', 'REGISTRY_FAILED'],
    [500, '<html><h1>Oops</h1></html>', 'REGISTRY_FAILED'],
  ])('%i %s is %s', async (status, body, code) => {
    expect(await failureFor(status, body)).toMatchObject({ code, message: expect.stringMatching(new RegExp(`answered ${status}`)) });
  });

  it.each([
    // Google: https://cloud.google.com/artifact-registry/quotas
    [429, errors('TOOMANYREQUESTS', 'Quota exceeded for quota metric'), 'Wait'],
    [403, errors('DENIED', 'Quota has been exceeded on namespace'), 'a higher quota'],
    [403, errors('DENIED', 'The system is in read only mode. Any modification is prohibited.'), 'read-only during maintenance'],
    [403, errors('DENIED', 'requested access to the resource is denied'), 'allow it to push'],
    // GitHub uses one code for all of these: https://github.com/docker/build-push-action/issues/463
    [403, errors('DENIED', 'permission_denied: write_package'), 'Manage Actions access'],
    [403, errors('DENIED', 'permission_denied: The token provided does not match expected scopes'), 'lacks a scope'],
    [403, errors('DENIED', 'installation not allowed to Create organization package'), 'permissions: packages: write'],
    [403, errors('DENIED', 'permission_denied: installation not allowed to Write organization package'), 'permissions: packages: write'],
  ])('%i %s has a matching hint', async (status, body, hint) => {
    expect(await failureFor(status, body)).toMatchObject({ hint: expect.stringContaining(hint) });
  });

  it('that has no reason says whose failure it is', async () => {
    const [failed, page, plain] = [
      await failureFor(500, ''),
      await failureFor(405, '<!DOCTYPE html><p>Welcome'),
      await failureFor(400, ''),
    ];
    expect(failed).toMatchObject({ hint: expect.stringContaining('run again') });
    expect(page).toMatchObject({ hint: expect.stringContaining('check the host') });
    expect(plain).toMatchObject({ hint: undefined });
  });

  it('quotes the text of the registry, but not the web page of a proxy', async () => {
    expect(await failureFor(500, errors('UNKNOWN', 'disk full'))).toMatchObject({
      message: expect.stringMatching(/500 \(UNKNOWN: disk full\)\.$/),
    });
    expect(await failureFor(502, '<html>Bad gateway</html>')).toMatchObject({ message: expect.stringMatching(/answered 502\.$/) });
  });

  it('with megabytes of text gives one line', async () => {
    const failure = (await failureFor(500, 'x'.repeat(5_000_000))) as Error;
    expect(failure.message.length).toBeLessThan(500);
  });
});

describe('parseErrorBody', () => {
  it.each(['', 'null', '[]', '{"errors":{}}', '{"errors":[null,1,"x"]}', '{"errors":[{"code":1}]}', '{'])(
    'finds no codes in %j',
    (body) => {
      expect(parseErrorBody(Buffer.from(body)).codes).toEqual([]);
    },
  );
});
