import { randomUUID } from 'node:crypto';
import { readFile as readFileWithCallback } from 'node:fs';
import { mkdir, opendir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { eachOf } from '../storage/each-of';
import type { NameRange, RecordAddress, RecordKind, RecordStorage } from '../storage/storage';
import type { OpenFileLimiter } from './open-file-limiter';
import { fromFileName, toFileName } from './file-name';
import { isMissing, valueUnlessMissing } from './is-missing';
import { KnownNames } from './known-names';
import { listNames } from './list-names';

// For thousands of small files twice as fast as that of fs/promises.
const readSmallFile = promisify(readFileWithCallback);

/** Records in small files. Components of repository names never start with `_`, so that `_tags` is unambiguous. */
export class FolderRecords implements RecordStorage {
  readonly #keys = new KnownNames(fromFileName);

  constructor(
    private readonly folder: string,
    private readonly temp: string,
    private readonly gate: OpenFileLimiter,
  ) {}

  listRepositories({ from = '', limit = Infinity }: NameRange = {}): Promise<readonly string[]> {
    const [listChildren, isListed] = [this.listChildren.bind(this), this.holdsContent.bind(this)];
    return listNames({ listChildren, isListed, from, limit });
  }

  list(repository: string, kind: RecordKind): Promise<readonly string[]> {
    return valueUnlessMissing(() => this.gate.run(() => this.#keys.in(this.folderOf(repository, kind))), []);
  }

  count(repository: string, kind: RecordKind, limit: number): Promise<number> {
    return valueUnlessMissing(() => this.gate.run(() => countRecords(this.folderOf(repository, kind), limit)), 0);
  }

  read(address: RecordAddress): Promise<string | undefined> {
    return valueUnlessMissing(() => this.gate.run(() => readFile(this.fileOf(address), 'utf8')), undefined);
  }

  async readAll(repository: string, kind: RecordKind): Promise<ReadonlyMap<string, string>> {
    const folder = this.folderOf(repository, kind);
    const names = await valueUnlessMissing(() => this.gate.run(() => readdir(folder)), []);
    const found = await eachOf(names, (name) => this.gate.run(() => readRecord(folder, name)));
    return new Map(found.filter((record) => record !== undefined));
  }

  async write(address: RecordAddress, text: string): Promise<void> {
    const file = this.fileOf(address);
    const draft = join(this.temp, randomUUID());
    await mkdir(dirname(file), { recursive: true });
    try {
      await this.gate.run(() => writeFile(draft, text));
      await rename(draft, file);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }

  async remove(address: RecordAddress): Promise<boolean> {
    try {
      await rm(this.fileOf(address));
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  private listChildren(parent: string): Promise<readonly string[]> {
    return valueUnlessMissing(
      () => this.gate.run(async () => (await readdir(join(this.folder, parent))).filter((name) => !name.startsWith('_'))),
      [],
    );
  }

  private async holdsContent(repository: string): Promise<boolean> {
    return (await this.count(repository, 'manifests', 1)) > 0 || (await this.count(repository, 'blobs', 1)) > 0;
  }

  private fileOf({ repository, kind, key }: RecordAddress): string {
    return join(this.folderOf(repository, kind), toFileName(key));
  }

  private folderOf(repository: string, kind: RecordKind): string {
    return join(this.folder, ...repository.split('/'), `_${kind.replaceAll(':', '=')}`);
  }
}

// Other files, such as those of a desktop, are ignored.
async function countRecords(folder: string, limit: number): Promise<number> {
  let count = 0;
  for await (const { name } of await opendir(folder)) {
    if (count >= limit) break;
    if (fromFileName(name) !== undefined) count += 1;
  }
  return count;
}

/** `undefined` for other files, and for one that was removed since it was listed. */
async function readRecord(folder: string, name: string): Promise<readonly [key: string, text: string] | undefined> {
  const key = fromFileName(name);
  const text = key === undefined ? undefined : await valueUnlessMissing(() => readSmallFile(join(folder, name), 'utf8'), undefined);
  return key === undefined || text === undefined ? undefined : [key, text];
}
