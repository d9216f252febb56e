import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';

import { toFailWithCode } from '@nx-oci/model/testing';

import { type RegistryEntry } from '../configuration/registry-entry';
import { readHostSettings } from './host-settings';

expect.extend({ toFailWithCode });

const AUTHORITY = rootCertificates[0] ?? '';

// Text before a certificate is not part of it.
const OF_CERTS_D = `of certs.d\n${AUTHORITY}`;

describe('the settings of a host', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'host-settings-'));
    mkdirSync(join(folder, 'certs.d/registry.test'), { recursive: true });
    writeFileSync(join(folder, 'certs.d/registry.test/ca.crt'), OF_CERTS_D);
    writeFileSync(join(folder, 'own.pem'), AUTHORITY);
    writeFileSync(join(folder, 'own.key'), '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const read = async (host: string, entry: Partial<RegistryEntry> = {}): Promise<unknown> => {
    const entries: readonly RegistryEntry[] = [{ ...ENTRY, ...entry }];
    return (await readHostSettings(entries, [join(folder, 'certs.d')]))(host);
  };

  it('are the defaults for a host that is not configured', async () => {
    expect(await read('other.test')).toEqual({});
  });

  it('use the certificates of certs.d if registries.yaml does not configure TLS', async () => {
    expect(await read('registry.test')).toEqual({ plainHttp: false, trustedHosts: ['s3.test'], tls: { ca: OF_CERTS_D } });
    expect(await read('registry.test', { host: 'other.test' })).toEqual({ plainHttp: false, tls: { ca: OF_CERTS_D } });
  });

  it('use only those of registries.yaml if it has any', async () => {
    expect(await read('registry.test', { tls: { ca: { file: join(folder, 'own.pem') } } })).toMatchObject({
      tls: { ca: AUTHORITY },
    });
    expect(await read('registry.test', { tls: { verify: false } })).toEqual({
      plainHttp: false,
      trustedHosts: ['s3.test'],
      tls: { verify: false },
    });
  });

  it('mean TLS if they configure it, even for a host on this machine', async () => {
    expect(await read('localhost:5000', { host: 'localhost:5000', tls: { verify: false } })).toMatchObject({ plainHttp: false });
  });

  it('use none for a host without TLS', async () => {
    expect(await read('registry.test', { plainHttp: true })).toEqual({ trustedHosts: ['s3.test'], plainHttp: true });
  });

  it('refuse a `ca` without a certificate, which TLS would silently ignore', async () => {
    await expect(read('registry.test', { tls: { ca: { file: join(folder, 'own.key') } } })).toFailWithCode(
      'CONFIGURATION_INVALID',
      /one\.tls\.ca: .*own\.key contains no PEM certificate/,
    );
  });

  it('name the missing file in registries.yaml', async () => {
    await expect(read('registry.test', { tls: { ca: { file: join(folder, 'gone.pem') } } })).toFailWithCode(
      'CONFIGURATION_INVALID',
      /gone\.pem.*one\.tls\.ca/,
    );
  });
});

const ENTRY: RegistryEntry = {
  name: 'one',
  host: 'registry.test',
  namespace: '',
  trustedHosts: ['s3.test'],
  guard: true,
  onFailure: 'abort',
};
