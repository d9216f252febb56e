import { Readable } from 'node:stream';

import type { Digest } from '@nx-oci/model';

import { cutRange } from './cut-range';
import type { ContentStorage, NameRange, RecordAddress, RecordKind, RecordStorage, RegistryStorage, Upload } from './storage';

/** Stores everything in memory, while the registry runs. Blobs stay in the chunks in which they arrived. */
export function memoryStorage(): RegistryStorage {
  return { location: 'memory', content: new MemoryContent(), records: new MemoryRecords(), prepare: () => Promise.resolve() };
}

type Pieces = readonly Uint8Array[];

class MemoryContent implements ContentStorage {
  private readonly pieces = new Map<Digest, Pieces>();

  sizeOf(digest: Digest): Promise<number | undefined> {
    const pieces = this.pieces.get(digest);
    return Promise.resolve(pieces && sizeOfPieces(pieces));
  }

  read(digest: Digest, range?: { first: number; last: number }): Readable {
    const pieces = this.pieces.get(digest);
    // The error code of the file system.
    if (!pieces) throw Object.assign(new Error(`There is no content ${digest} in memory.`), { code: 'ENOENT' });
    return Readable.from(range ? cutRange(pieces, range) : pieces);
  }

  remove(digest: Digest): Promise<void> {
    this.pieces.delete(digest);
    return Promise.resolve();
  }

  totalBytes(): Promise<number> {
    return Promise.resolve([...this.pieces.values()].reduce((sum, pieces) => sum + sizeOfPieces(pieces), 0));
  }

  startUpload(): Promise<Upload> {
    return Promise.resolve(
      new MemoryUpload((digest, pieces) => {
        if (!this.pieces.has(digest)) this.pieces.set(digest, pieces);
      }),
    );
  }
}

class MemoryUpload implements Upload {
  private pieces: Pieces = [];
  private hasEnded = false;

  constructor(private readonly store: (digest: Digest, pieces: Pieces) => void) {}

  get sizeBytes(): number {
    return sizeOfPieces(this.pieces);
  }

  async append(bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const added: Uint8Array[] = [];
    for await (const piece of bytes) added.push(piece);
    this.pieces = [...this.pieces, ...added];
  }

  read(): Readable {
    return Readable.from(this.pieces);
  }

  publish(digest: Digest): Promise<void> {
    if (this.hasEnded) return Promise.reject(new Error('The upload has ended.'));
    this.hasEnded = true;
    this.store(digest, this.pieces);
    return Promise.resolve();
  }

  discard(): Promise<void> {
    this.hasEnded = true;
    this.pieces = [];
    return Promise.resolve();
  }
}

class MemoryRecords implements RecordStorage {
  private readonly folders = new Map<string, Map<RecordKind, SortedTexts>>();

  listRepositories({ from = '', limit }: NameRange = {}): Promise<readonly string[]> {
    const names = [...this.folders.keys()].filter(
      (name) => name >= from && this.sizeOf(name, 'blobs') + this.sizeOf(name, 'manifests') > 0,
    );
    return Promise.resolve(names.sort().slice(0, limit));
  }

  list(repository: string, kind: RecordKind): Promise<readonly string[]> {
    return Promise.resolve(this.folders.get(repository)?.get(kind)?.keys() ?? []);
  }

  count(repository: string, kind: RecordKind, limit: number): Promise<number> {
    return Promise.resolve(Math.min(this.sizeOf(repository, kind), limit));
  }

  read({ repository, kind, key }: RecordAddress): Promise<string | undefined> {
    return Promise.resolve(this.folders.get(repository)?.get(kind)?.texts.get(key));
  }

  readAll(repository: string, kind: RecordKind): Promise<ReadonlyMap<string, string>> {
    return Promise.resolve(this.folders.get(repository)?.get(kind)?.texts ?? new Map<string, string>());
  }

  write({ repository, kind, key }: RecordAddress, text: string): Promise<void> {
    const kinds = this.folders.get(repository) ?? new Map<RecordKind, SortedTexts>();
    const records = kinds.get(kind) ?? new SortedTexts();
    records.set(key, text);
    this.folders.set(repository, kinds.set(kind, records));
    return Promise.resolve();
  }

  remove({ repository, kind, key }: RecordAddress): Promise<boolean> {
    return Promise.resolve(this.folders.get(repository)?.get(kind)?.delete(key) ?? false);
  }

  private sizeOf(repository: string, kind: RecordKind): number {
    return this.folders.get(repository)?.get(kind)?.texts.size ?? 0;
  }
}

/** Texts by key; the keys are sorted once for many pages of a list. */
class SortedTexts {
  readonly texts = new Map<string, string>();
  private sorted: readonly string[] | undefined;

  keys(): readonly string[] {
    return (this.sorted ??= [...this.texts.keys()].sort());
  }

  set(key: string, text: string): void {
    if (!this.texts.has(key)) this.sorted = undefined;
    this.texts.set(key, text);
  }

  delete(key: string): boolean {
    this.sorted = undefined;
    return this.texts.delete(key);
  }
}

function sizeOfPieces(pieces: Pieces): number {
  return pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
}
