import { open } from 'node:fs/promises';
import { resolve } from 'node:path';

import { explainSystemError, isSecretName, knownSecrets } from '@nx-oci/model';

import type { BuildSecret } from '../../engines/options/dockerfile-options';
import type { ReadingContext } from '../option-problems';

// What a tool may print is in files of settings and in tokens; a larger one is an archive or a key store.
const MOST_READ_BYTES = 64 * 1024;

/**
 * Reads `secrets`, and hides their values in everything that is printed: a step may print what it mounts.
 *
 * Builders take an unset variable for an empty secret, without a word, and report a missing file when they have started.
 */
export async function readSecrets(secrets: readonly BuildSecret[], context: ReadingContext): Promise<readonly BuildSecret[]> {
  const read: BuildSecret[] = [];
  for (const [index, secret] of secrets.entries()) read.push(await readSecret(secret, `secrets[${index}]`, context));
  return read;
}

async function readSecret({ id, src, env }: BuildSecret, name: string, context: ReadingContext): Promise<BuildSecret> {
  const { location, reportProblem } = context;
  if ((src === undefined) === (env === undefined)) {
    reportProblem(`\`${name}\` needs either \`src\` (a file) or \`env\` (the name of a variable) → { "id": "${id}", "env": "NPM_TOKEN" }`);
  } else if (env !== undefined) {
    readVariable(env, name, context);
  } else if (src !== undefined) {
    await readFileOf(src, name, context);
  }
  return { id, ...(env === undefined ? {} : { env }), ...(src === undefined ? {} : { src: resolve(location.workspaceRoot, src) }) };
}

function readVariable(variable: string, name: string, { env, areSecretsNeeded, reportProblem }: ReadingContext): void {
  const value = env[variable];
  if (value === undefined && areSecretsNeeded)
    reportProblem(`\`${name}.env\`: the variable ${variable} is not set → set it; to build without this secret, set it to an empty text`);
  knownSecrets().add(value);
}

async function readFileOf(src: string, name: string, { location, areSecretsNeeded, reportProblem }: ReadingContext): Promise<void> {
  try {
    hide(await readStart(resolve(location.workspaceRoot, src)));
  } catch (error) {
    const reason = explainSystemError(error);
    if (reason === undefined) throw error;
    if (!areSecretsNeeded) return;
    const isMissing = ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
    const fix = 'create it; paths are relative to the workspace root';
    reportProblem(
      `\`${name}.src\`: ${isMissing ? `the file ${src} does not exist → ${fix}` : `${reason.message} → make ${src} a readable file`}`,
    );
  }
}

async function readStart(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(MOST_READ_BYTES + 1), 0, MOST_READ_BYTES + 1, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Hides the whole text, each of its lines, and each value that is named like a secret, as in .npmrc and .netrc. */
function hide(content: Buffer): void {
  if (content.length > MOST_READ_BYTES || content.includes(0)) return;
  const text = content.toString('utf8');
  knownSecrets().add(text.trim());
  const words = text.split(/[\s=:"',]+/);
  for (const [index, word] of words.entries()) if (isSecretName(word)) knownSecrets().add(words[index + 1]);
}
