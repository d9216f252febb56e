import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastLines, runProgram } from './run-program.mjs';
import { requireTool } from './tools.mjs';

/**
 * Absolute paths of PEM files; `cert` and `key` are those of the client.
 *
 * @typedef {{ ca: string, cert: string, key: string, serverCert: string, serverKey: string }} Certificates
 */

/**
 * Makes an authority, and certificates of it for a server on loopback and for its client. The authority's own key is removed.
 *
 * @param {string} folder is created
 * @returns {Promise<Certificates>}
 */
export async function makeCertificates(folder) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = (/** @type {string} */ name) => join(folder, name);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  await openssl([
    'req',
    '-x509',
    ...newKey,
    '-days',
    '30',
    '-subj',
    '/CN=nx-oci builders',
    '-keyout',
    file('ca-key.pem'),
    '-out',
    file('ca.pem'),
  ]);
  for (const [name, usage] of [
    ['server', 'serverAuth'],
    ['client', 'clientAuth'],
  ]) {
    const extensions = file(`${name}.ext`);
    writeFileSync(extensions, `subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=${usage}\n`);
    await openssl(['req', ...newKey, '-subj', `/CN=nx-oci ${name}`, '-keyout', file(`${name}-key.pem`), '-out', file(`${name}.csr`)]);
    const authority = ['-CA', file('ca.pem'), '-CAkey', file('ca-key.pem'), '-CAcreateserial', '-days', '30'];
    await openssl(['x509', '-req', '-in', file(`${name}.csr`), ...authority, '-extfile', extensions, '-out', file(`${name}.pem`)]);
    for (const used of [extensions, file(`${name}.csr`)]) rmSync(used);
    chmodSync(file(`${name}-key.pem`), 0o600);
  }
  rmSync(file('ca-key.pem'));
  return {
    ca: file('ca.pem'),
    cert: file('client.pem'),
    key: file('client-key.pem'),
    serverCert: file('server.pem'),
    serverKey: file('server-key.pem'),
  };
}

/** @param {readonly string[]} args */
async function openssl(args) {
  const { code, stderr } = await runProgram(requireTool('openssl'), args, { timeoutMs: 60_000 });
  if (code !== 0) throw new Error(`Cannot make certificates: openssl ${args[0]} ended with ${code}: ${lastLines(stderr, 3)}`);
}
