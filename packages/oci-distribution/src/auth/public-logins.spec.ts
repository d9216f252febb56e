import { withTls } from '../testing/disguise';
import { answer, MANIFEST_UNKNOWN, startScriptedServer } from '../testing/scripted-server';
import { ALICE, testClient } from '../testing/test-client';
import { startTunnel } from '../testing/tunnel';
import { restoreMethod } from './login-method';
import { publicLogin } from './public-logins';

describe('a public registry at the first contact', () => {
  it('is asked for a token at once', async () => {
    const { host, seen } = await startScriptedServer(({ target }, response) =>
      target.startsWith('/token') ? answer(response, 200, {}, '{"token":"abc"}') : answer(response, 404, {}, MANIFEST_UNKNOWN),
    );
    const { url } = await startTunnel((await withTls(host)).registry);
    const client = testClient({ credential: ALICE, env: { HTTPS_PROXY: url }, hosts: () => ({ tls: { verify: false } }) });
    expect(await client.repository({ registry: 'ghcr.io', repository: 'acme/api', access: 'push' }).resolve('v1')).toBeUndefined();
    const scope = encodeURIComponent('repository:acme/api:pull,push');
    const asked = seen.map(({ target, headers }) => `${target} ${headers.authorization?.split(' ')[0] ?? ''}`);
    expect(asked).toEqual([
      expect.stringMatching(`^/token\\?service=ghcr\\.io&scope=${scope}.* Basic$`),
      '/v2/acme/api/manifests/v1 Bearer',
    ]);
  });

  it('has its token service at its own origin, so that credentials go nowhere else', () => {
    const method = restoreMethod(publicLogin('https://ghcr.io')!, { origin: 'https://ghcr.io', trustedHosts: [] });
    expect(method).toMatchObject({ kind: 'bearer', tokens: { url: { origin: 'https://ghcr.io' }, isTrusted: true } });
  });

  it.each(['http://ghcr.io', 'https://ghcr.io:8443', 'https://ghcr.io.example.com', 'https://registry-1.docker.io'])(
    'is not confused with %s',
    (origin) => {
      expect(publicLogin(origin)).toBeUndefined();
    },
  );
});
