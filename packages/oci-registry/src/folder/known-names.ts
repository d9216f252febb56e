import { readdir, stat } from 'node:fs/promises';

interface KnownFolder {
  readonly names: readonly string[];
  /** The modification time of the folder. */
  readonly changedMs: number;
}

// A list of 100,000 tags takes some megabytes; clients page through one or a few folders at a time.
const MAX_FOLDERS = 16;
// File systems have coarse timestamps, some of two seconds: a folder that changed so recently may change again unnoticed.
const RECENT_MS = 2500;

/**
 * The names in folders, decoded and in byte order. Each folder is read and sorted only once while it is unchanged, since
 * clients list tags page by page.
 */
export class KnownNames {
  readonly #folders = new Map<string, KnownFolder>();

  /** @param decode decodes a file name; `undefined` omits the file. */
  constructor(private readonly decode: (fileName: string) => string | undefined) {}

  /** @throws the error of the file system for a missing folder. */
  async in(folder: string): Promise<readonly string[]> {
    const { mtimeMs: changedMs } = await stat(folder);
    const known = this.#folders.get(folder);
    this.#folders.delete(folder);
    const names = known?.changedMs === changedMs ? known.names : await this.read(folder);
    // In order of use: the least recently used is dropped first.
    if (Date.now() - changedMs > RECENT_MS) this.#folders.set(folder, { names, changedMs });
    const [oldest] = this.#folders.keys();
    if (this.#folders.size > MAX_FOLDERS && oldest !== undefined) this.#folders.delete(oldest);
    return names;
  }
  private async read(folder: string): Promise<readonly string[]> {
    const names = (await readdir(folder)).map(this.decode).filter((name) => name !== undefined);
    return names.sort();
  }
}
