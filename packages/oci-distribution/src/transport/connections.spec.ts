import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createServer as createPlainServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, type Server } from 'node:net';

import { toFailWithCode } from '@nx-oci/model/testing';

import { type HostSettings } from '../host/host-settings';
import { makeCertificate } from '../testing/make-certificate';
import { answer, startScriptedServer } from '../testing/scripted-server';
import { testClient } from '../testing/test-client';
import { startTunnel } from '../testing/tunnel';

expect.extend({ toFailWithCode });

const SERVER = makeCertificate('server');
const CLIENT = makeCertificate('client');
const TLS: HostSettings = { plainHttp: false };

const nothingHere: RequestListener = (_, response) => void response.writeHead(404).end();
const servers: Server[] = [];

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

/** Looks up a missing tag. @returns `undefined` if the connection worked */
async function lookUp(registry: string, settings: HostSettings = {}, env: NodeJS.ProcessEnv = {}): Promise<unknown> {
  const client = testClient({ hosts: () => settings, env });
  try {
    return await client.repository({ registry, repository: 'a' }).resolve('v1');
  } finally {
    await client.close();
  }
}

describe('TLS', () => {
  const startTls = (): Promise<string> => listen(createTlsServer(SERVER, nothingHere));

  it('trusts the authority of the settings, and no other', async () => {
    const host = await startTls();
    await expect(lookUp(host, TLS)).toFailWithCode('TLS_UNTRUSTED', /tls: \{ ca/);
    await expect(lookUp(host, { ...TLS, tls: { ca: CLIENT.cert } })).toFailWithCode('TLS_UNTRUSTED');
    expect(await lookUp(host, { ...TLS, tls: { ca: SERVER.cert } })).toBeUndefined();
  });

  it('trusts every certificate with verify: false', async () => {
    expect(await lookUp(await startTls(), { ...TLS, tls: { verify: false } })).toBeUndefined();
  });

  it('presents a client certificate, and reports when one is required', async () => {
    const host = await listen(createTlsServer({ ...SERVER, ca: CLIENT.cert, requestCert: true, rejectUnauthorized: true }, nothingHere));
    expect(await lookUp(host, { ...TLS, tls: { ca: SERVER.cert, ...CLIENT } })).toBeUndefined();
    await expect(lookUp(host, { ...TLS, tls: { ca: SERVER.cert } })).toFailWithCode('TLS_UNTRUSTED', /client certificate/);
  });

  it('reports when our own certificate is broken', async () => {
    const tls = { ca: SERVER.cert, cert: 'nonsense', key: 'nonsense' };
    await expect(lookUp(await startTls(), { ...TLS, tls })).toFailWithCode('CONFIGURATION_INVALID', /cannot be read/);
  });

  it('uses neither the client certificate nor verify: false for a server that the registry redirects to', async () => {
    const seen: boolean[] = [];
    const elsewhere = await listen(
      createTlsServer({ ...SERVER, requestCert: true, rejectUnauthorized: false }, (request, response) => {
        seen.push(true);
        nothingHere(request, response);
      }),
    );
    const registry = await listen(
      createTlsServer(SERVER, (_, response) => void response.writeHead(307, { location: `https://${elsewhere}/x` }).end()),
    );
    await expect(lookUp(registry, { ...TLS, tls: { verify: false, ...CLIENT } })).toFailWithCode('TLS_UNTRUSTED');
    expect(seen).toEqual([]);
  });
});

describe('the wrong protocol', () => {
  it('is reported when HTTPS meets a server without TLS; there is no downgrade', async () => {
    const requests: unknown[] = [];
    const host = await listen(createPlainServer(nothingHere).on('request', (request) => requests.push(request)));
    await expect(lookUp(host, TLS)).toFailWithCode('PROTOCOL_MISMATCH', /plainHttp: true/);
    expect(requests).toEqual([]);
  });

  it('is reported when plain HTTP meets a server with TLS', async () => {
    await expect(lookUp(await listen(createTlsServer(SERVER, nothingHere)))).toFailWithCode('PROTOCOL_MISMATCH', /plainHttp: false/);
  });
});

describe('a registry that does not run', () => {
  it('is reported at once, with its address', async () => {
    const host = await listen(createPlainServer(nothingHere));
    await new Promise((resolve) => servers.pop()!.close(resolve));
    const retry = jest.fn();
    subscribe('nx-oci:retry', retry);
    await expect(lookUp(host)).toFailWithCode('REGISTRY_UNREACHABLE', new RegExp(`nothing listens at ${host}`));
    unsubscribe('nx-oci:retry', retry);
    expect(retry).not.toHaveBeenCalled();
  });

  it('is not probed for TLS once it has answered without', async () => {
    const looks: unknown[] = [];
    let isDead = false;
    const server = createPlainServer((request, response) => (isDead ? request.socket.destroy() : nothingHere(request, response)));
    const host = await listen(server.on('clientError', (_, socket) => looks.push(socket.destroy())));
    const repository = testClient().repository({ registry: host, repository: 'a' });
    expect(await repository.resolve('v1')).toBeUndefined();
    isDead = true;
    await expect(repository.resolve('v1')).toFailWithCode('REGISTRY_UNREACHABLE');
    expect(looks).toEqual([]);
    await expect(lookUp(host)).toFailWithCode('REGISTRY_UNREACHABLE');
    expect(looks).not.toEqual([]);
  });
});

describe('a proxy', () => {
  it('is taken from the environment, but never used for this machine', async () => {
    const registry = await startScriptedServer((_, response) => answer(response, 404));
    const { url: proxy, asked } = await startTunnel(await listen(createTlsServer(SERVER, nothingHere)));
    const env = { HTTP_PROXY: proxy, https_proxy: proxy };
    expect(await lookUp('registry.invalid', { tls: { verify: false } }, env)).toBeUndefined();
    expect(await lookUp('registry.invalid', { plainHttp: true }, env)).toBeUndefined();
    expect(await lookUp(registry.host, {}, env)).toBeUndefined();
    expect(asked).toEqual(['CONNECT registry.invalid:443', 'GET http://registry.invalid/v2/a/manifests/v1']);
    await registry.close();
  });
});
