import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { eachOf } from '../repositories/each-of';
import type { RecordAddress, RecordKind, RecordStorage } from '../storage';
import type { FileGate } from './file-gate';
import { fromFileName, toFileName } from './file-name';
import { isMissing } from './is-missing';
import { KnownNames } from './known-names';

/** Records in small files. A component of a repository's name never starts with `_`, so `_tags` is never one. */
export class FolderRecords implements RecordStorage {
  readonly #names = new KnownNames();

  constructor(
    private readonly folder: string,
    private readonly temp: string,
    private readonly gate: FileGate,
  ) {}

  async listRepositories(): Promise<readonly string[]> {
    return (await this.findRepositories('')).sort();
  }

  async list(repository: string, kind: RecordKind): Promise<readonly string[]> {
    const names = await this.listNames(this.folderOf(repository, kind));
    return names.map(fromFileName).filter((key) => key !== undefined);
  }

  async read(address: RecordAddress): Promise<string | undefined> {
    try {
      return await this.gate.run(() => readFile(this.fileOf(address), 'utf8'));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
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

  private async findRepositories(parent: string): Promise<string[]> {
    const names = await this.listNames(join(this.folder, parent));
    const children = names.filter((name) => !name.startsWith('_')).map((name) => (parent ? `${parent}/${name}` : name));
    const below = await eachOf(children, (child) => this.findRepositories(child));
    return [...((await this.holdsContent(parent)) ? [parent] : []), ...below.flat()];
  }

  private async holdsContent(repository: string): Promise<boolean> {
    if (repository === '') return false;
    const records = await Promise.all([this.list(repository, 'manifests'), this.list(repository, 'blobs')]);
    return records.some((keys) => keys.length > 0);
  }

  private fileOf({ repository, kind, key }: RecordAddress): string {
    return join(this.folderOf(repository, kind), toFileName(key));
  }

  private folderOf(repository: string, kind: RecordKind): string {
    return join(this.folder, ...repository.split('/'), `_${kind.replaceAll(':', '=')}`);
  }

  private async listNames(folder: string): Promise<readonly string[]> {
    try {
      return await this.gate.run(() => this.#names.in(folder));
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }
}
