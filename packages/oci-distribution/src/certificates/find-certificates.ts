import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { OciError, readTextFileSync } from '@nx-oci/model';

import { wordHint, type Hint } from '../host/hint';
import { type TlsSettings } from '../host/host-settings';
import { certificatesIn } from './authorities';

/**
 * The folders where Podman and Docker keep the certificates of registries, in the order in which Podman reads them; then
 * those of rootless Docker and of Docker Desktop.
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
 * The TLS material that `certs.d` has for a registry: from the first folder that has any, all `*.crt` as authorities and
 * each `*.cert` with the `*.key` of the same name as a client certificate; the registry decides which one it accepts.
 *
 * Reads synchronously: it is called once per registry of a run, for files of a few kilobytes, before the first request.
 *
 * @param registry a valid `host[:port]`: it becomes the name of a folder.
 * @param settingsFile where users write the settings of a registry, for the hint.
 * @returns `undefined` if no folder has any.
 * @throws OciError `CONFIGURATION_INVALID` for a file that cannot be read, a `*.crt` without a certificate, a certificate
 * without its key, and a key without its certificate.
 * @see https://docs.docker.com/engine/security/certificates/
 */
export function findCertificates(registry: string, folders: readonly string[], settingsFile?: string): TlsSettings | undefined {
  for (const folder of folders.map((root) => join(root, registry))) {
    const names = listFiles(folder);
    if (names.some((name) => /\.(?:crt|cert|key)$/.test(name))) return readCertificates({ registry, settingsFile }, folder, names);
  }
  return undefined;
}

/** Whose certificates are read, for messages. */
interface Owner {
  readonly registry: string;
  readonly settingsFile: string | undefined;
}

function readCertificates(owner: Owner, folder: string, names: readonly string[]): TlsSettings {
  const lonely = findIncompletePairs(names);
  if (lonely.length > 0) {
    throw new OciError('CONFIGURATION_INVALID', `Cannot use the certificates of ${owner.registry} in ${folder}: ${lonely.join('; ')}.`, {
      hint: 'A client certificate client.cert needs its key client.key beside it. Authorities to trust are named *.crt, not *.cert.',
    });
  }
  const read = (name: string): string => readPem(owner, join(folder, name));
  const authorities = names.filter((name) => name.endsWith('.crt'));
  const [first, ...more] = names.filter((name) => name.endsWith('.cert')).map((name) => ({ cert: read(name), key: read(keyOf(name)) }));
  return {
    ...(authorities.length > 0 && { ca: authorities.map((name) => readAuthority(owner, join(folder, name))).join('\n') }),
    ...first,
    ...(more.length > 0 && { moreCertificates: more }),
  };
}

/** TLS would accept a file without a certificate, and silently trust no further authority. */
function readAuthority(owner: Owner, file: string): string {
  const pem = readPem(owner, file);
  if (certificatesIn(pem).length > 0) return pem;
  throw new OciError('CONFIGURATION_INVALID', `Cannot use ${file} for the TLS of ${owner.registry}: it contains no PEM certificate.`, {
    hint: 'Replace it with the certificate of the authority (-----BEGIN CERTIFICATE-----), or remove the file; `openssl x509 -inform der` converts a certificate to PEM.',
  });
}

function findIncompletePairs(names: readonly string[]): readonly string[] {
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
    // A folder that this user may not read is for the daemon; Podman ignores it, too.
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(code)) return [];
    throw error;
  }
}

function readPem({ registry, settingsFile }: Owner, file: string): string {
  try {
    const text = readTextFileSync(file);
    if (text !== undefined) return text;
    throw new Error('It no longer exists.');
  } catch (cause) {
    const hint: Hint = (inSettings) => `Let this user read it, or set \`tls\` for this registry${inSettings}: then certs.d is ignored.`;
    throw new OciError('CONFIGURATION_INVALID', `Cannot read ${file}, which configures the TLS of ${registry}.`, {
      hint: wordHint(hint, settingsFile),
      cause,
    });
  }
}
