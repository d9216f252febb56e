import { createServer } from 'node:https';
import { type AddressInfo } from 'node:net';

import { closeAfterEach } from '../testing/close-after-each';
import { makeCertificate } from '../testing/make-certificate';
import { ALICE, testClient } from '../testing/test-client';
import { startTunnel } from '../testing/tunnel';
import { recallMethod } from './login-method';
import { publicLogin } from './public-logins';

/** A server that gives a token to anybody, and has nothing else; tells what it was asked for. */
async function startTls(): Promise<{ readonly host: string; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const server = createServer(makeCertificate('ghcr.io'), ({ url = '', headers }, response) => {
    asked.push(`${url} ${headers.authorization?.split(' ')[0] ?? ''}`);
    if (url.startsWith('/token')) response.end('{"token":"abc"}');
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return closeAfterEach({ host: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked, close });
}

describe('a public registry that was never met', () => {
  it('is asked for a token at once', async () => {
    const { host, asked } = await startTls();
    const { url } = await startTunnel(host);
    const client = testClient({ credential: ALICE, env: { HTTPS_PROXY: url }, hosts: () => ({ tls: { verify: false } }) });
    expect(await client.repository({ registry: 'ghcr.io', repository: 'acme/api', access: 'push' }).resolve('v1')).toBeUndefined();
    const scope = encodeURIComponent('repository:acme/api:pull,push');
    expect(asked).toEqual([
      expect.stringMatching(`^/token\\?service=ghcr\\.io&scope=${scope}.* Basic$`),
      '/v2/acme/api/manifests/v1 Bearer',
    ]);
  });

  it('has its token service where it is itself, so that credentials go nowhere else', () => {
    const method = recallMethod(publicLogin('https://ghcr.io')!, { origin: 'https://ghcr.io', trustedHosts: [] });
    expect(method).toMatchObject({ kind: 'bearer', tokens: { url: { origin: 'https://ghcr.io' }, isTrusted: true } });
  });

  it.each(['http://ghcr.io', 'https://ghcr.io:8443', 'https://ghcr.io.example.com', 'https://registry-1.docker.io'])(
    'is not to be mixed up with %s',
    (origin) => {
      expect(publicLogin(origin)).toBeUndefined();
    },
  );
});
