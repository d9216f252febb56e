import { X509Certificate } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tls from 'node:tls';

import { withNewlines } from './pem-lines';

/** The certificates in a PEM. TLS would accept a PEM without any, and silently trust no further authority. */
export function certificatesIn(pem: string): readonly string[] {
  const blocks =
    withNewlines(pem).match(/-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]*-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g) ?? [];
  return blocks.filter(isCertificate);
}

function isCertificate(block: string): boolean {
  try {
    return new X509Certificate(block).serialNumber !== '';
  } catch {
    // Corrupt, or not X.509: it cannot be trusted.
    return false;
  }
}

/**
 * The authorities to trust for a registry: Node's roots, those of NODE_EXTRA_CA_CERTS, SSL_CERT_FILE and SSL_CERT_DIR, and
 * those of its own settings. Each adds to the others. Missing files are ignored, as by Node and OpenSSL.
 *
 * @param ca of the registry, PEM.
 * @returns `undefined` if Node trusts all of them by default.
 * @see https://nodejs.org/docs/latest-v22.x/api/cli.html#node_extra_ca_certsfile
 * @see https://docs.openssl.org/3.0/man3/SSL_CTX_load_verify_locations/
 */
export async function listAuthorities(ca: string | undefined, env: NodeJS.ProcessEnv): Promise<readonly string[] | undefined> {
  const { NODE_EXTRA_CA_CERTS: extra, SSL_CERT_FILE: file, SSL_CERT_DIR: folders } = env;
  const knowsExtra = extra === undefined || extra === '' || extra === process.env['NODE_EXTRA_CA_CERTS'];
  if (ca === undefined && knowsExtra && !file && !folders) return undefined;
  const inFolders = await Promise.all((folders ?? '').split(':').filter(isNotEmpty).map(listFiles));
  const texts = await Promise.all([extra, file, ...inFolders.flat()].filter(isNotEmpty).map(readIfThere));
  return [...defaultCertificates(), ...[ca ?? '', ...texts].flatMap(certificatesIn)];
}

function defaultCertificates(): readonly string[] {
  // Since Node 22.15, including those of the system if Node is configured to use them.
  const { getCACertificates: list } = tls as { readonly getCACertificates?: (type: 'default') => readonly string[] };
  return list === undefined ? tls.rootCertificates : list('default');
}

function isNotEmpty(path: string | undefined): path is string {
  return path !== undefined && path !== '';
}

async function listFiles(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort().map((name) => join(folder, name));
  } catch (error) {
    return ignoreUnreadable(error, []);
  }
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    return ignoreUnreadable(error, '');
  }
}

function ignoreUnreadable<T>(error: unknown, nothing: T): T {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EISDIR'].includes(code)) return nothing;
  throw error;
}
