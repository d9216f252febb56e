import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerOptions } from 'node:https';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';

import { toFailWithCode } from '@nx-oci/model/testing';

import { type HostSettings } from '../host/host-settings';
import { closeAfterEach } from '../testing/close-after-each';
import { makeCertificate } from '../testing/make-certificate';
import { answer, startScriptedServer } from '../testing/scripted-server';
import { testClient } from '../testing/test-client';
import { listAuthorities } from './authorities';

expect.extend({ toFailWithCode });

const AUTHORITY = makeCertificate('a private authority');
const OTHER = makeCertificate('another authority');

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'trust-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

async function startTls(certificate: ServerOptions): Promise<string> {
  const server = createServer(certificate, (_request, response) => response.writeHead(404).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closeAfterEach({
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const lookAt = (registry: string, settings: HostSettings, env: NodeJS.ProcessEnv = {}): Promise<unknown> =>
  testClient({ hosts: () => settings, env })
    .repository({ registry, repository: 'a' })
    .resolve('v1');

describe('the authority of a registry', () => {
  it.each([
    ['its own `ca`', () => ({ ca: AUTHORITY.cert }), () => ({})],
    ['NODE_EXTRA_CA_CERTS beside a `ca`', () => ({ ca: OTHER.cert }), () => ({ NODE_EXTRA_CA_CERTS: write('x.pem', AUTHORITY.cert) })],
    [
      'SSL_CERT_FILE beside a `ca`',
      () => ({ ca: OTHER.cert }),
      () => ({ SSL_CERT_FILE: write('x.pem', `${OTHER.cert}${AUTHORITY.cert}`) }),
    ],
    ['SSL_CERT_FILE alone', () => undefined, () => ({ SSL_CERT_FILE: write('x.pem', AUTHORITY.cert) })],
    ['SSL_CERT_DIR', () => undefined, () => ({ SSL_CERT_DIR: `${join(folder, 'gone')}:${join(write('0a1b.0', AUTHORITY.cert), '..')}` })],
    ['its own `ca` beside an SSL_CERT_FILE', () => ({ ca: AUTHORITY.cert }), () => ({ SSL_CERT_FILE: write('x.pem', OTHER.cert) })],
    ['its own `ca` beside a file that is not there', () => ({ ca: AUTHORITY.cert }), () => ({ SSL_CERT_FILE: '/nowhere/x.pem' })],
  ])('may come from any source: %s', async (_what, tls, env) => {
    const registry = await startTls(makeCertificate('registry', AUTHORITY));
    await expect(lookAt(registry, { plainHttp: false, tls: tls() }, env())).resolves.toBeUndefined();
    await expect(lookAt(registry, { plainHttp: false, tls: { ca: OTHER.cert } })).toFailWithCode(
      'TLS_UNTRUSTED',
      /its authority is unknown/,
    );
  });

  it.each([
    ['\r', ''],
    ['\r\n', ''],
    ['\n', '\ufeff'],
    ['\r', '\ufeffCN=a private authority\r'],
  ])('is read from PEM with line ends %j that begins with %j, like our own certificate', async (lineEnd, start) => {
    const client = makeCertificate('a client');
    const asWritten = (pem: string): string => start + pem.replaceAll('\n', lineEnd);
    const server = { ...makeCertificate('registry', AUTHORITY), ca: client.cert, requestCert: true };
    const registry = await startTls(server);
    const [ca, cert, key] = [AUTHORITY.cert, client.cert, client.key].map(asWritten);
    await expect(lookAt(registry, { plainHttp: false, tls: { ca, cert, key } })).resolves.toBeUndefined();
    const env = { SSL_CERT_FILE: write('x.pem', asWritten(AUTHORITY.cert)) };
    await expect(lookAt(registry, { plainHttp: false, tls: { cert, key } }, env)).resolves.toBeUndefined();
  });

  it('does not replace the roots of Node', async () => {
    const all = await listAuthorities(AUTHORITY.cert, { SSL_CERT_FILE: write('x.pem', OTHER.cert) });
    expect(all?.length).toBeGreaterThanOrEqual(rootCertificates.length + 2);
  });
});

describe('a refused certificate', () => {
  it.each([
    ['expired', () => makeCertificate('registry', AUTHORITY, { endsAtMs: Date.now() - 3_600_000 }), /has expired \(CERT_HAS_EXPIRED\)/],
    [
      'for another name',
      () => makeCertificate('registry', AUTHORITY, { host: 'other.example.com' }),
      /is for another name \(DNS:other\.example\.com\)/,
    ],
    ['of an unknown authority', () => makeCertificate('registry', OTHER), /its authority is unknown/],
  ])('has its own message: %s', async (_what, make, message) => {
    const registry = await startTls(make());
    await expect(lookAt(registry, { plainHttp: false, tls: { ca: AUTHORITY.cert } })).toFailWithCode('TLS_UNTRUSTED', message);
  });
});

describe('a failure of the server that a registry redirects to', () => {
  const redirectTo = async (url: string) =>
    (await startScriptedServer((_request, response) => answer(response, 307, { location: url }))).host;

  it.each([401, 403])('is reported as its own, without advice to log in: %s', async (status) => {
    const storage = await startScriptedServer((_request, response) => answer(response, status, { 'www-authenticate': 'Basic realm="x"' }));
    const registry = await redirectTo(`${storage.url}/blob`);
    const failure: unknown = await testClient()
      .repository({ registry, repository: 'a' })
      .fetchManifest('v1')
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'REGISTRY_FAILED',
      message: expect.stringContaining(`${registry} redirected to ${storage.host}, and ${storage.host} answered ${status}`),
    });
    expect((failure as { readonly hint: string }).hint).toMatch(/needs no login, but it refused the signed URL/);
  });

  it('that does not exist is not reported as the registry', async () => {
    const gone = await startScriptedServer(() => undefined);
    await gone.close();
    const registry = await redirectTo(`${gone.url}/blob`);
    const failure: unknown = await testClient()
      .repository({ registry, repository: 'a' })
      .fetchManifest('v1')
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      message: expect.stringContaining(`${registry} redirected to ${gone.host}, and nothing listens at ${gone.host}`),
    });
    expect((failure as { readonly hint: string }).hint).toContain('serve its content itself');
  });

  it('with too many headers is reported as that, not as another protocol', async () => {
    const { host } = await startScriptedServer((_request, response) => answer(response, 200, { 'x-much': 'x'.repeat(20_000) }));
    await expect(lookAt(host, {})).toFailWithCode('REGISTRY_FAILED', /too many headers/);
  });
});
