import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { rootCertificates } from 'node:tls';

import { toFailWithCode } from '@nx-oci/model/testing';

import { findCertificates, listCertificateFolders } from './find-certificates';

expect.extend({ toFailWithCode });

/** A file of `certs.d`: its name, which PEM allows before a certificate, and a certificate if it is an authority. */
const textOf = (file: string): string => (file.endsWith('.crt') ? `<${file}>\n${rootCertificates[0]!}\n` : `<${file}>`);

describe('certificates in certs.d', () => {
  let root: string;
  let folders: readonly string[];

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'certs-d-'));
    folders = ['user', 'podman', 'docker'].map((name) => join(root, name));
  });

  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const write = (...files: readonly string[]): void => {
    for (const file of files) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), textOf(file));
    }
  };
  const find = (registry: string): Promise<unknown> => Promise.resolve().then(() => findCertificates(registry, folders));

  it('are searched in the folders of Podman and Docker', () => {
    expect(listCertificateFolders('/home/me')).toEqual([
      '/home/me/.config/containers/certs.d',
      '/etc/containers/certs.d',
      '/etc/docker/certs.d',
      '/home/me/.config/docker/certs.d',
      '/home/me/.docker/certs.d',
    ]);
  });

  it('are only those of a folder for exactly this host and port', async () => {
    write('docker/registry.test/ca.crt', 'docker/registry.test:5000');
    expect(await find('registry.test:5001')).toBeUndefined();
    expect(await find('registry.test:5000')).toBeUndefined();
    expect(await find('other.test')).toBeUndefined();
  });

  it('include all authorities, and the client certificate with its key', async () => {
    const at = 'docker/registry.test:5000';
    write(`${at}/b.crt`, `${at}/a.crt`, `${at}/client.key`, `${at}/client.cert`, `${at}/notes.txt`);
    expect(await find('registry.test:5000')).toEqual({
      ca: `${textOf(`${at}/a.crt`)}\n${textOf(`${at}/b.crt`)}`,
      cert: `<${at}/client.cert>`,
      key: `<${at}/client.key>`,
    });
  });

  it('include several pairs, in the order of their names', async () => {
    const at = 'docker/registry.test';
    write(`${at}/b.key`, `${at}/b.cert`, `${at}/a.cert`, `${at}/a.key`);
    expect(await find('registry.test')).toEqual({
      cert: `<${at}/a.cert>`,
      key: `<${at}/a.key>`,
      moreCertificates: [{ cert: `<${at}/b.cert>`, key: `<${at}/b.key>` }],
    });
  });

  it('come from the first folder that has any', async () => {
    mkdirSync(join(root, 'user/registry.test'), { recursive: true });
    write('docker/registry.test/ca.crt', 'podman/registry.test/ca.crt');
    expect(await find('registry.test')).toEqual({ ca: textOf('podman/registry.test/ca.crt') });
  });

  it('are refused if an authority is not a certificate, which TLS would silently ignore', async () => {
    write('docker/registry.test/ca.crt');
    writeFileSync(join(root, 'docker/registry.test/more.crt'), 'in DER');
    await expect(find('registry.test')).toFailWithCode(
      'CONFIGURATION_INVALID',
      /more\.crt for the TLS of registry\.test: it contains no PEM certificate/,
    );
  });

  it('are refused if a certificate or a key is missing its counterpart, all at once', async () => {
    write('docker/registry.test/a.cert', 'docker/registry.test/b.key');
    await expect(find('registry.test')).toFailWithCode('CONFIGURATION_INVALID', /a\.cert has no a\.key; b\.key has no b\.cert/);
  });

  it('are refused if one cannot be read', async () => {
    mkdirSync(join(root, 'docker/registry.test/ca.crt'), { recursive: true });
    await expect(find('registry.test')).toFailWithCode('CONFIGURATION_INVALID', /Cannot read .*ca\.crt/);
  });
});
