import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { copyImage } from '@nx-oci/model';
import { describeWith, makeImage, MemoryStore, toFailWithCode } from '@nx-oci/model/testing';

import { type HostSettings } from '../host/host-settings';
import { makeCertificate } from '../testing/make-certificate';
import { startRealRegistry, type RealRegistry } from '../testing/real-registry';
import { testClient } from '../testing/test-client';
import { findCertificates } from './find-certificates';

expect.extend({ toFailWithCode });

const AUTHORITY = makeCertificate('a private authority');
const SERVER = makeCertificate('registry', AUTHORITY);
const CLIENT = makeCertificate('client', AUTHORITY);
const STRANGER = makeCertificate('stranger', makeCertificate('another authority'));
const IMAGE = makeImage({ layers: 2 });

describeWith(['distribution-3-program'], 'distribution 3 behind a private authority', (things) => {
  let certificates: string;
  let registry: RealRegistry;

  beforeEach(() => (certificates = mkdtempSync(join(tmpdir(), 'certs-d-'))));

  afterEach(async () => {
    await registry.close();
    rmSync(certificates, { recursive: true, force: true });
  });

  const start = async (options: { readonly clientAuthority?: string } = {}): Promise<void> => {
    registry = await startRealRegistry(things.tool('distribution-3-program'), { certificate: SERVER, ...options });
  };
  const write = (files: Readonly<Record<string, string>>): void => {
    mkdirSync(join(certificates, registry.host), { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(certificates, registry.host, name), text);
  };
  const hosts = (name: string): HostSettings => ({ plainHttp: false, tls: findCertificates(name, [certificates]) });
  /** Pushes and pulls with the current content of `certs.d`. */
  const pushAndPull = async (): Promise<void> => {
    const client = testClient({ hosts });
    try {
      const repository = client.repository({ registry: registry.host, repository: 'team/api', access: 'push' });
      await copyImage(new MemoryStore(IMAGE.contents), repository, IMAGE.manifest.descriptor);
      await repository.tag(IMAGE.manifest, '1.0.0');
      expect(await repository.resolve('1.0.0')).toEqual(IMAGE.manifest.descriptor);
      await copyImage(repository, new MemoryStore(), IMAGE.manifest.descriptor);
    } finally {
      await client.close();
    }
  };

  it('is only trusted if certs.d has its authority', async () => {
    await start();
    await expect(pushAndPull()).toFailWithCode('TLS_UNTRUSTED');
    write({ 'ca.crt': makeCertificate('another authority').cert });
    await expect(pushAndPull()).toFailWithCode('TLS_UNTRUSTED');
    write({ 'ours.crt': AUTHORITY.cert });
    await pushAndPull();
  });

  it('only accepts us with the client certificate of certs.d', async () => {
    await start({ clientAuthority: AUTHORITY.cert });
    write({ 'ca.crt': AUTHORITY.cert });
    await expect(pushAndPull()).toFailWithCode('TLS_UNTRUSTED', /rejected the TLS handshake/);
    write({ 'client.cert': STRANGER.cert, 'client.key': STRANGER.key });
    await expect(pushAndPull()).toFailWithCode('TLS_UNTRUSTED', /rejected the TLS handshake/);
    write({ 'client.cert': CLIENT.cert, 'client.key': CLIENT.key });
    await pushAndPull();
  });

  it('accepts us with one of several client certificates, and refuses us if none is right', async () => {
    await start({ clientAuthority: AUTHORITY.cert });
    write({ 'ca.crt': AUTHORITY.cert });
    for (const name of ['a', 'b']) write({ [`${name}.cert`]: STRANGER.cert, [`${name}.key`]: STRANGER.key });
    await expect(pushAndPull()).toFailWithCode('TLS_UNTRUSTED', /rejected the TLS handshake/);
    write({ 'c.cert': CLIENT.cert, 'c.key': CLIENT.key });
    await pushAndPull();
  });
});
