import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';

import { toFailWithCode } from '@nx-oci/model/testing';

import { type RegistryEntry } from '../configuration/registry-entry';
import { readHostSettings } from './host-settings';

expect.extend({ toFailWithCode });

const AUTHORITY = rootCertificates[0] ?? '';

// Text before a certificate is no part of it.
const OF_CERTS_D = `of certs.d\n${AUTHORITY}`;

describe('how a host is spoken to', () => {
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

  it('is by default for a host that nobody configured', async () => {
    expect(await read('other.test')).toEqual({});
  });

  it('takes the certificates of certs.d where registries.yaml says nothing of TLS', async () => {
    expect(await read('registry.test')).toEqual({ plainHttp: false, trustedHosts: ['s3.test'], tls: { ca: OF_CERTS_D } });
    expect(await read('registry.test', { host: 'other.test' })).toEqual({ plainHttp: false, tls: { ca: OF_CERTS_D } });
  });

  it('takes those of registries.yaml alone where it has some', async () => {
    expect(await read('registry.test', { tls: { ca: { file: join(folder, 'own.pem') } } })).toMatchObject({
      tls: { ca: AUTHORITY },
    });
    expect(await read('registry.test', { tls: { verify: false } })).toEqual({ trustedHosts: ['s3.test'], tls: { verify: false } });
  });

  it('takes none for a host that is without TLS', async () => {
    expect(await read('registry.test', { plainHttp: true })).toEqual({ trustedHosts: ['s3.test'], plainHttp: true });
  });

  it('refuses a `ca` without a certificate, which would trust nobody more', async () => {
    await expect(read('registry.test', { tls: { ca: { file: join(folder, 'own.key') } } })).toFailWithCode(
      'CONFIGURATION_INVALID',
      /one\.tls\.ca: .*own\.key contains no PEM certificate/,
    );
  });

  it('names the file of registries.yaml that is not there', async () => {
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
