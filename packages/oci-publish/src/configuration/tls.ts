import { existsSync } from 'node:fs';
import path from 'node:path';

import { z } from 'zod';

import { closedMap, refuse, refuseMap, type ValueProblem } from '../text/describe-issue';
import { type Diagnostic, type Finding } from '../text/problem';
import { isPem, normalizePem } from './pem';
import { fileText } from './values/file-text';
import { showValue } from './values/show-value';
import { textsUnder } from './values/value-at';
import { describeUnset, replaceVariables, type Environment } from './values/variables';

/** Certificates, as the file has them. */
export const tlsSchema = closedMap({
  ca: fileText.optional().meta({
    description:
      'PEM of the authority that signed the certificate: a file, relative to the workspace root, or a variable that holds the PEM.',
    examples: ['certificates/ca.pem', '${REGISTRY_CA}'],
  }),
  cert: fileText.optional().meta({
    description: 'PEM of a client certificate: a file, or a variable that holds it; needs `key`.',
    examples: ['certificates/client.pem', '${CLIENT_CERTIFICATE}'],
  }),
  key: fileText
    .check(refuse(refuseClearKey))
    .optional()
    .meta({ description: 'PEM of the key of `cert`: a file, or a variable that holds it.', examples: ['${CLIENT_KEY}'] }),
  verify: z.boolean().optional().describe('false accepts any certificate.'),
})
  .check(refuseMap(requireWholeCertificate))
  .describe('Certificates for a registry with a private certificate authority.');

/** A PEM, or the absolute path of its file. */
export type PemSource = { readonly pem: string } | { readonly file: string };

/** TLS settings of one registry: `ca`, `cert` with `key`, and whether the certificate is verified. */
export type RegistryTls = { readonly [Key in 'ca' | 'cert' | 'key']?: PemSource } & { readonly verify?: boolean };

function refuseClearKey(text: string): readonly ValueProblem[] {
  if (!isPem(text)) return [];
  const fix = 'write the path of its file, or a variable that holds it, like ${CLIENT_KEY}; then replace this key';
  return [{ what: '`key` contains a private key in clear text', fix }];
}

function requireWholeCertificate(tls: Readonly<Record<string, unknown>>): readonly ValueProblem[] {
  if ('cert' in tls === 'key' in tls) return [];
  const missing = 'cert' in tls ? 'key' : 'cert';
  return [{ isKey: true, missing: [missing], what: `\`tls\` has no \`${missing}\``, fix: 'a client certificate needs `cert` and `key`' }];
}

/** @param workspaceRoot absolute; the folder that paths are relative to. */
export function resolveTls(
  raw: z.output<typeof tlsSchema> | undefined,
  { env, workspaceRoot }: { readonly env: Environment; readonly workspaceRoot: string },
): { readonly tls: RegistryTls; readonly findings: readonly Finding[] } {
  const { verify, ...written } = raw ?? {};
  const findings: Finding[] = [];
  const sources = textsUnder(written).map(({ path: [key = ''], text }) => {
    const { source, diagnostic } = resolvePem(text, env, workspaceRoot);
    if (diagnostic !== undefined) findings.push({ path: ['tls', key], part: 'value', ...diagnostic });
    return [key, source] as const;
  });
  return { tls: { ...Object.fromEntries(sources), ...(verify !== undefined && { verify }) }, findings };
}

/** A variable may contain the PEM itself, as in CI systems, or the path of a file. */
function resolvePem(
  written: string,
  env: Environment,
  workspaceRoot: string,
): { readonly source: PemSource; readonly diagnostic?: Diagnostic } {
  const { text, unset } = replaceVariables(written, env);
  if (isPem(text)) return { source: { pem: normalizePem(text) } };
  const source = { file: path.resolve(workspaceRoot, text) };
  if (unset.length > 0) return { source, diagnostic: describeUnset(unset) };
  if (!text.includes('\0') && existsSync(source.file)) return { source };
  const fix = 'give its path from the workspace root, or a variable that holds the PEM itself';
  return { source, diagnostic: { what: `the file \`${showValue(written)}\` does not exist`, fix } };
}
