import { Readable } from 'node:stream';

import type { Digest } from '@nx-oci/model';

import { cutRange } from './cut-range';
import type { ContentStorage, RecordAddress, RecordKind, RecordStorage, RegistryStorage, Upload } from './storage';

/** Keeps everything in memory, for as long as the registry runs. Blobs stay in the pieces they came in. */
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
    // As the file system says it.
    if (!pieces) throw Object.assign(new Error(`There is no content ${digest} in memory.`), { code: 'ENOENT' });
    return Readable.from(range ? cutRange(pieces, range) : pieces);
  }

  remove(digest: Digest): Promise<void> {
    this.pieces.delete(digest);
    return Promise.resolve();
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
    if (this.hasEnded) return Promise.reject(new Error('The upload has ended: its bytes are gone.'));
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
  private readonly folders = new Map<string, Map<RecordKind, Map<string, string>>>();

  listRepositories(): Promise<readonly string[]> {
    const names = [...this.folders.keys()];
    return Promise.resolve(names.filter((name) => this.countOf(name, 'blobs') + this.countOf(name, 'manifests') > 0).sort());
  }

  list(repository: string, kind: RecordKind): Promise<readonly string[]> {
    return Promise.resolve([...(this.folders.get(repository)?.get(kind)?.keys() ?? [])]);
  }

  read({ repository, kind, key }: RecordAddress): Promise<string | undefined> {
    return Promise.resolve(this.folders.get(repository)?.get(kind)?.get(key));
  }

  write({ repository, kind, key }: RecordAddress, text: string): Promise<void> {
    const kinds = this.folders.get(repository) ?? new Map<RecordKind, Map<string, string>>();
    const records = kinds.get(kind) ?? new Map<string, string>();
    this.folders.set(repository, kinds.set(kind, records.set(key, text)));
    return Promise.resolve();
  }

  remove({ repository, kind, key }: RecordAddress): Promise<boolean> {
    return Promise.resolve(this.folders.get(repository)?.get(kind)?.delete(key) ?? false);
  }

  private countOf(repository: string, kind: RecordKind): number {
    return this.folders.get(repository)?.get(kind)?.size ?? 0;
  }
}

function sizeOfPieces(pieces: Pieces): number {
  return pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
}
