import { open } from 'node:fs/promises';

import { READ_ONLY } from '@nx-oci/model';

import type { FileEntry, LayerEntry } from './layer-entry';

/** Files that contain credentials, by their lower-case names. */
const BY_NAME: readonly RegExp[] = [
  // Example files are public.
  /^\.env(?:\.(?!example$|sample$|template$|dist$|defaults$).+)?$/,
  /^gha-creds-.+\.json$/,
  /^application_default_credentials\.json$/,
  /^\.netrc$/,
  /^\.git-credentials$/,
  /^\.pypirc$/,
  /\.(?:p12|pfx)$/,
];
const BY_PATH: readonly RegExp[] = [/(?:^|\/)\.aws\/credentials$/, /(?:^|\/)\.kube\/config$/];

/** Files that may contain credentials, depending on their content. */
const BY_CONTENT: readonly (readonly [path: RegExp, content: RegExp])[] = [
  [/(?:^|\/)\.(?:npmrc|yarnrc|yarnrc\.yml)$/, /_authtoken|_auth|_password|npmauth(?:token|ident)/],
  [/(?:^|\/)id_[a-z0-9]+$/, /private key-----/],
  [/\.(?:pem|key|p8|ppk)$/, /private key-----|putty-user-key-file/],
  [/(?:^|\/)(?:\.docker\/config|\.dockerconfig|auth)\.json$/, /"(?:auth|identitytoken)"\s*:\s*"[^"]/],
  [/[^/]*(?:credential|account|key)[^/]*\.json$/, /"private_key"\s*:\s*"-----begin/],
];

const READ_BYTES = 16 * 1024;
const MAX_BYTES = 64 * 1024;

/** Paths in the image of files that look like keys, tokens or passwords, by their names or their first bytes. */
export async function findCredentials(entries: readonly LayerEntry[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const entry of entries) if (entry.kind === 'file' && (await isCredential(entry))) found.push(`/${entry.path}`);
  return found;
}

async function isCredential(entry: FileEntry): Promise<boolean> {
  const path = entry.path.toLowerCase();
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (entry.size === 0) return false;
  if (BY_NAME.some((pattern) => pattern.test(name)) || BY_PATH.some((pattern) => pattern.test(path))) return true;
  const contents = BY_CONTENT.filter(([pattern]) => pattern.test(path)).map(([, content]) => content);
  if (contents.length === 0 || entry.size > MAX_BYTES) return false;
  const start = (await readStart(entry.from)).toLowerCase();
  return contents.some((content) => content.test(start));
}

async function readStart(file: string): Promise<string> {
  const handle = await open(file, READ_ONLY);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(READ_BYTES), 0, READ_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
