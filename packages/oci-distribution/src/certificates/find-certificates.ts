import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { OciError, readTextFileSync } from '@nx-oci/model';

import { type TlsSettings } from '../host/host-settings';
import { certificatesIn } from './authorities';

/**
 * Where Podman and Docker keep the certificates of registries, in the order in which Podman looks; then those of rootless
 * Docker and of Docker Desktop.
 *
 * @see https://github.com/moby/moby/blob/v28.2.2/registry/config.go
 * @see https://docs.docker.com/desktop/troubleshoot-and-support/faqs/macfaqs/
 * @see https://github.com/containers/image/blob/v5.36.2/docs/containers-certs.d.5.md
 */
export function listCertificateFolders(homeFolder: string): readonly string[] {
  return [
    join(homeFolder, '.config/containers/certs.d'),
    '/etc/containers/certs.d',
    '/etc/docker/certs.d',
    join(homeFolder, '.config/docker/certs.d'),
    join(homeFolder, '.docker/certs.d'),
  ];
}

/**
 * The TLS material that `certs.d` has for a registry: of the first folder that knows it, all `*.crt` as authorities and
 * each `*.cert` with the `*.key` of the same name as a certificate of ours; which one a registry accepts it tells itself.
 *
 * Reads synchronously: it is asked once per registry of a run, for files of a few kilobytes, before the first request.
 *
 * @param registry `host[:port]`, already checked to be one: it becomes the name of a folder.
 * @returns `undefined` where no folder knows it.
 * @throws OciError `CONFIGURATION_INVALID` for a file that cannot be read, a `*.crt` without a certificate, and a certificate
 * without its key, or the other way round.
 * @see https://docs.docker.com/engine/security/certificates/
 */
export function findCertificates(registry: string, folders: readonly string[]): TlsSettings | undefined {
  for (const folder of folders.map((root) => join(root, registry))) {
    const names = listFiles(folder);
    if (names.some((name) => /\.(?:crt|cert|key)$/.test(name))) return readCertificates(registry, folder, names);
  }
  return undefined;
}

function readCertificates(registry: string, folder: string, names: readonly string[]): TlsSettings {
  const lonely = findLonely(names);
  if (lonely.length > 0) {
    throw new OciError('CONFIGURATION_INVALID', `Cannot use the certificates of ${registry} in ${folder}: ${lonely.join('; ')}.`, {
      hint: 'A client certificate client.cert needs its key client.key beside it. Authorities to trust are named *.crt, not *.cert.',
    });
  }
  const read = (name: string): string => readPem(registry, join(folder, name));
  const authorities = names.filter((name) => name.endsWith('.crt'));
  const [first, ...more] = names.filter((name) => name.endsWith('.cert')).map((name) => ({ cert: read(name), key: read(keyOf(name)) }));
  return {
    ...(authorities.length > 0 && { ca: authorities.map((name) => readAuthority(registry, join(folder, name))).join('\n') }),
    ...first,
    ...(more.length > 0 && { moreCertificates: more }),
  };
}

/** TLS would take a file without any for "trust nobody more", in silence. */
function readAuthority(registry: string, file: string): string {
  const pem = readPem(registry, file);
  if (certificatesIn(pem).length > 0) return pem;
  throw new OciError('CONFIGURATION_INVALID', `Cannot use ${file} for the TLS of ${registry}: it holds no certificate in PEM.`, {
    hint: 'Put the certificate of the authority there (-----BEGIN CERTIFICATE-----), or remove the file; `openssl x509 -inform der` converts one that is not PEM.',
  });
}

function findLonely(names: readonly string[]): readonly string[] {
  return [
    ...names.filter((name) => name.endsWith('.cert') && !names.includes(keyOf(name))).map((name) => `${name} has no ${keyOf(name)}`),
    ...names
      .filter((name) => name.endsWith('.key') && !names.includes(certificateOf(name)))
      .map((name) => `${name} has no ${certificateOf(name)}`),
  ];
}

function keyOf(certificate: string): string {
  return certificate.replace(/\.cert$/, '.key');
}

function certificateOf(key: string): string {
  return key.replace(/\.key$/, '.cert');
}

/** Sorted, so that a run does not depend on the file system. */
function listFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    // A folder that is closed to us is meant for the daemon; Podman passes over it, too.
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(code)) return [];
    throw error;
  }
}

function readPem(registry: string, file: string): string {
  try {
    const text = readTextFileSync(file);
    if (text !== undefined) return text;
    throw new Error('It is gone.');
  } catch (cause) {
    throw new OciError('CONFIGURATION_INVALID', `Cannot read ${file}, which has to do with the TLS of ${registry}.`, {
      hint: 'Let this user read it, or set `tls` for this registry in registries.yaml: then certs.d is not looked at.',
      cause,
    });
  }
}
