import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/**
 * Searches every file below a folder for texts, compressed files included.
 *
 * @param sinceMs Unix time: only files that were written since then.
 * @returns how many files were searched, and the paths of those that contain one of the texts
 */
export function searchFiles(folder: string, texts: readonly string[], sinceMs: number): { searched: number; found: readonly string[] } {
  const contents = [...listFiles(folder, sinceMs)].map((path) => ({ path, content: orNothing(() => readContent(path)) }));
  const found = contents.filter(({ content }) => texts.some((text) => content?.includes(text)));
  return { searched: contents.length, found: found.map(({ path }) => path) };
}

function* listFiles(folder: string, sinceMs: number): Generator<string> {
  for (const name of orNothing(() => readdirSync(folder)) ?? []) {
    const path = join(folder, name);
    const stats = orNothing(() => lstatSync(path));
    if (stats?.isDirectory()) yield* listFiles(path, sinceMs);
    else if (stats?.isFile() && stats.mtimeMs >= sinceMs) yield path;
  }
}

function readContent(path: string): Buffer {
  const bytes = readFileSync(path);
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}

/** Other programs use temporary folders, too: files that vanish meanwhile, or that we may not read, are skipped. */
function orNothing<Value>(look: () => Value): Value | undefined {
  try {
    return look();
  } catch (error) {
    if (['ENOENT', 'EACCES', 'ENOTDIR', 'Z_BUF_ERROR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
