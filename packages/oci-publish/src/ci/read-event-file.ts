import { open } from 'node:fs/promises';

import { type Environment } from './facts/ci-facts';

// GitHub limits webhook payloads to 25 MB; usual ones have some 20 kB, and we read small parts.
const LIMIT_BYTES = 26 * 1024 * 1024;

/**
 * The event that started a workflow of GitHub Actions, as its runner wrote it; `undefined` if there is no such file, or it is not
 * JSON. A job may overwrite the file: do not trust its values.
 */
export async function readEventFile(env: Environment): Promise<unknown> {
  const file = env['GITHUB_EVENT_PATH'];
  if (env['GITHUB_ACTIONS'] !== 'true' || !file) return undefined;
  const text = await readStart(file);
  try {
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  } catch {
    // A broken file counts as missing.
    return undefined;
  }
}

async function readStart(file: string): Promise<string | undefined> {
  const handle = await open(file).catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    const found = await handle.stat();
    if (!found.isFile() || found.size > LIMIT_BYTES) return undefined;
    const { size } = found;
    const bytes = Buffer.alloc(size);
    const { bytesRead } = await handle.read(bytes, 0, size, 0);
    return bytes.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
