import { randomUUID } from 'node:crypto';

import { isRepositoryKnown } from '../repositories/is-repository-known';
import { readAllTags } from '../repositories/tag-records';
import { eachOf } from '../storage/each-of';
import type { RegistryStorage } from '../storage/storage';
import type { RecordChange } from './observe-records';
import { TagsByTime, type TimedTag } from './tags-by-time';
import { TotalSize } from './total-size';

/** One repository in the list of all. */
export interface RepositorySummary {
  readonly name: string;
  readonly tagCount: number;
  /** The tag that was set last; a repository may have none. */
  readonly newest: TimedTag | undefined;
}

/**
 * What people want to see of a registry: everything by time, which no storage can list. Read once from the storage, then kept
 * up to date by the changes themselves, about 200 bytes per tag.
 */
export class RegistryOverview {
  readonly #storage: RegistryStorage;
  readonly #run = randomUUID();
  readonly #total: TotalSize;
  #changes = 0;
  #reading: Promise<void> | undefined;
  #repositories: Map<string, TagsByTime> | undefined;
  /** Changes since reading began. */
  #missed: RecordChange[] = [];
  /** Repositories that lost content, and may have become empty, each with the number of its last change. */
  readonly #doubtful = new Map<string, number>();
  #sorted: readonly RepositorySummary[] | undefined;

  constructor(storage: RegistryStorage) {
    this.#storage = storage;
    this.#total = new TotalSize(storage.content, () => (this.#changes += 1));
  }

  /** Differs after each change of the registry, and after each start. */
  get version(): string {
    return `${this.#run}-${this.#changes}${this.#total.isDue ? '-recount' : ''}`;
  }

  /** Reads a storage that already has content, so that the first page need not wait for it. */
  prepare(): void {
    // A failure is reported by the page that needs it.
    this.#read().catch(() => undefined);
  }

  /** Called after each change of a record. */
  note(change: RecordChange): void {
    this.#changes += 1;
    this.#sorted = undefined;
    this.#total.expire();
    if (this.#repositories) this.#apply(this.#repositories, change);
    else if (this.#reading) this.#missed.push(change);
  }

  /** All repositories, the one with the newest tag first. */
  async repositories(): Promise<readonly RepositorySummary[]> {
    const known = await this.#read();
    return (this.#sorted ??= [...known].map(([name, tags]) => summarize(name, tags)).sort(compareRepositories));
  }

  /** The tags of a repository, the newest first; `undefined` if there is no such repository. */
  async tags(repository: string): Promise<readonly TimedTag[] | undefined> {
    return (await this.#read()).get(repository)?.sorted();
  }

  /** Size of everything that is stored, in bytes; `undefined` until that is counted for the first time. */
  totalBytes(): Promise<number | undefined> {
    return this.#total.read();
  }

  /** Resolves once it no longer uses the storage. */
  async end(): Promise<void> {
    await Promise.allSettled([this.#reading, this.#total.end()]);
  }

  async #read(): Promise<ReadonlyMap<string, TagsByTime>> {
    await (this.#reading ??= this.#readAll().catch((error: unknown) => {
      this.#reading = undefined;
      this.#missed = [];
      throw error;
    }));
    const known = this.#repositories ?? new Map<string, TagsByTime>();
    for (const [name, change] of this.#doubtful) {
      const isKnown = await isRepositoryKnown(this.#storage, name);
      // What changed meanwhile is asked again by the next page; what another page has settled is settled.
      if (this.#doubtful.get(name) !== change) continue;
      this.#doubtful.delete(name);
      if (isKnown) continue;
      known.delete(name);
      this.#sorted = undefined;
    }
    return known;
  }

  async #readAll(): Promise<void> {
    const names = await this.#storage.records.listRepositories();
    const all = await eachOf(names, (name) => readAllTags(this.#storage, name));
    const repositories = new Map(names.map((name, at) => [name, new TagsByTime(all[at])]));
    for (const change of this.#missed) this.#apply(repositories, change);
    this.#missed = [];
    this.#repositories = repositories;
  }

  #apply(repositories: Map<string, TagsByTime>, { repository, kind, key, text }: RecordChange): void {
    const tags = repositories.get(repository) ?? new TagsByTime();
    if (text !== undefined) repositories.set(repository, tags);
    if (kind === 'tags') {
      if (text === undefined) tags.delete(key);
      else tags.set(key, text);
    } else if (text === undefined || this.#doubtful.has(repository)) this.#doubtful.set(repository, this.#changes);
  }
}

function summarize(name: string, tags: TagsByTime): RepositorySummary {
  return { name, tagCount: tags.size, newest: tags.sorted()[0] };
}

function compareRepositories(one: RepositorySummary, other: RepositorySummary): number {
  const [ours, theirs] = [one.newest?.setAt ?? '', other.newest?.setAt ?? ''];
  if (ours !== theirs) return ours < theirs ? 1 : -1;
  return one.name < other.name ? -1 : 1;
}
