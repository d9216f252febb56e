import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { normalizeOptions } from './normalize-options';
import { endService, startOrJoin, type Service } from './start-or-join';

describe('the registry of a workspace', () => {
  let folder: string;
  const services: Service[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nx-oci-serve-'));
  });
  afterEach(async () => {
    for (const service of services.splice(0)) await endService(service);
    await rm(folder, { recursive: true });
  });

  const start = async (port: number, of = folder): Promise<Service> => {
    const service = await startOrJoin({ port, folder: of, host: '127.0.0.1', deleteOnPage: false });
    services.push(service);
    return service;
  };

  const startOwn = async (port = 0) => {
    const service = await start(port);
    if (service.kind !== 'own') throw new Error('another process serves this folder');
    return service.registry;
  };

  it('answers, and joins one that serves the same folder on its port', async () => {
    const { url, port } = await startOwn();
    expect((await fetch(`${url}/v2/`)).status).toBe(200);
    expect(await start(port)).toMatchObject({ kind: 'joined', owner: { pid: process.pid, port } });
  });

  it('joins one that is still starting', async () => {
    const { port } = await startOwn();
    await endService(services.pop()!);
    const kinds = (await Promise.all([start(port), start(port), start(port)])).map(({ kind }) => kind);
    expect(kinds.sort()).toEqual(['joined', 'joined', 'own']);
  });

  it('reports who serves the folder on another port', async () => {
    const { url } = await startOwn();
    await expect(start(0)).rejects.toMatchObject({
      code: 'FOLDER_IN_USE',
      message: `Cannot serve ${folder}: process ${process.pid} already serves it at ${url}.`,
    });
  });

  it('frees the port when it ends', async () => {
    const { port } = await startOwn();
    await endService(services.pop()!);
    expect((await startOwn(port)).port).toBe(port);
  });

  it('does not join a server of another folder', async () => {
    const { port } = await startOwn();
    const other = await mkdtemp(join(tmpdir(), 'nx-oci-serve-'));
    await expect(start(port, other)).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      hint: expect.stringContaining(`NX_OCI_PORT=${port + 1}`),
    });
    await rm(other, { recursive: true });
  });

  it('does not join a killed server', async () => {
    const stranger = createServer().listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const { port } = stranger.address() as AddressInfo;
    // Beyond the highest process id of Linux.
    await writeFile(join(folder, '.served-by.json'), JSON.stringify({ pid: 2 ** 22 + 1, port }));
    await expect(start(port)).rejects.toMatchObject({ code: 'PORT_IN_USE' });
    stranger.close();
  });
});

describe('the options of a serve target', () => {
  it('have defaults that survive `nx reset` and a clean build', () => {
    expect(normalizeOptions({}, '/w', {})).toEqual({ port: 5080, folder: join('/w/tmp/registry'), host: '127.0.0.1', deleteOnPage: false });
  });

  it('prefer the port of the environment', () => {
    expect(normalizeOptions({ port: '${MY_PORT:-5081}' }, '/w', {}).port).toBe(5081);
    expect(normalizeOptions({ port: '${MY_PORT:-5081}' }, '/w', { MY_PORT: '5082' }).port).toBe(5082);
    expect(normalizeOptions({ port: 5081 }, '/w', { NX_OCI_PORT: '5083' }).port).toBe(5083);
  });

  it('take a login from the environment and never repeat it', () => {
    expect(normalizeOptions({}, '/w', { NX_OCI_SERVE_USER: 'me:a:b' }).login).toEqual({ username: 'me', password: 'a:b' });
    expect(() => normalizeOptions({}, '/w', { NX_OCI_SERVE_USER: 'CANARY' })).toThrow(/^(?!.*CANARY)/);
  });

  it.each(['0x50', '70000', '-1', 'http'])('refuse the port %s', (port) => {
    expect(() => normalizeOptions({ port }, '/w', {})).toThrow(/is not a port/);
  });

  it('refuse an empty address and an empty folder together, which would mean every address and the workspace', () => {
    const start = (options: object) => () => normalizeOptions(options, '/w', {});
    expect(start({ host: '', folder: '', allowedHosts: [''], hots: 'x' })).toThrow(
      [
        'Cannot start the registry: 4 problems',
        '  unknown option `hots` → did you mean `host`?',
        ...['folder', 'host', 'allowedHosts.0'].map((name) => `  \`${name}\`: it is empty; is its variable set?`),
      ].join('\n'),
    );
    expect(start({ folder: 1.1 })).toThrow('`folder`: it is the number 1.1, which may have been written differently');
    expect(start({ port: true })).toThrow('`port`: write a number');
    expect(normalizeOptions({ deleteOnPage: true }, '/w', {}).deleteOnPage).toBe(true);
    expect(normalizeOptions({ allowedHosts: 'registry.lan' }, '/w', {}).allowedHosts).toEqual(['registry.lan']);
  });
});
