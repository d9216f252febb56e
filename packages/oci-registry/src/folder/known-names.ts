import { readdir, stat } from 'node:fs/promises';

interface KnownFolder {
  readonly names: readonly string[];
  /** When the folder was changed last, as the file system says. */
  readonly changedMs: number;
}

// A list of 100,000 tags takes some megabytes; pages are asked of one folder, or of a few, at a time.
const MAX_FOLDERS = 16;
// File systems note times in steps, some of two seconds: what was changed so recently may have been changed again unnoticed.
const RECENT_MS = 2500;

/**
 * The names in folders, decoded and in the order of their bytes. Each folder is read and sorted once as long as nothing is
 * added or removed: a list of tags is asked for page by page.
 */
export class KnownNames {
  readonly #folders = new Map<string, KnownFolder>();

  /** @param decode what a file's name stands for; `undefined` leaves it out. */
  constructor(private readonly decode: (fileName: string) => string | undefined) {}

  /** @throws what the file system says of a folder that is not there. */
  async in(folder: string): Promise<readonly string[]> {
    const { mtimeMs: changedMs } = await stat(folder);
    const known = this.#folders.get(folder);
    this.#folders.delete(folder);
    const names = known?.changedMs === changedMs ? known.names : await this.read(folder);
    // Last is newest: what nobody asks for goes first.
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
