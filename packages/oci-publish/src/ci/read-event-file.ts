import { open } from 'node:fs/promises';

import { type Environment } from './facts/ci-facts';

// GitHub caps webhook payloads at 25 MB; the parts that are read here are small, and so are usual payloads (some 20 kB).
const LIMIT_BYTES = 26 * 1024 * 1024;

/**
 * The event that started a workflow of GitHub Actions, as its runner wrote it; `undefined` if there is no such file, or
 * no JSON in it. A job may overwrite the file: nothing in it is to be trusted further than its shape.
 */
export async function readEventFile(env: Environment): Promise<unknown> {
  const file = env['GITHUB_EVENT_PATH'];
  if (env['GITHUB_ACTIONS'] !== 'true' || !file) return undefined;
  const text = await readStart(file);
  try {
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  } catch {
    // A broken file counts as no file.
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
