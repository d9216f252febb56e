import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

import { digestOf, hexOf, READ_ONLY } from '@nx-oci/model';
import pLimit from 'p-limit';
import { z } from 'zod';

import { matchSchema } from '../../text/match-schema';
import { replaceFile } from '../../text/replace-file';
import { CACHE_FOLDER } from '../names/image-folder';

/** A file and its metadata in the file system. */
export interface StampedFile {
  /** Absolute. */
  readonly from: string;
  /** Unchanged as long as the file is not written. */
  readonly stamp: string;
  /** When the metadata last changed, in milliseconds since 1970. */
  readonly changedMs: number;
}

// A file that changed within the resolution of the file system's clock may change again with the same stamp.
const SETTLED_AFTER_MS = 2_000;

const READ_AT_ONCE = 16;

const schema = z.object({ schemaVersion: z.literal(1), files: z.record(z.string(), z.tuple([z.string(), z.string()])) });

/**
 * Digests of files, cached by their stamps: size, times and inode only avoid reading a file again, its content decides. A cache
 * of this machine: if it is missing, broken, or from another version, it is rebuilt.
 */
export class FileDigests {
  readonly #limit = pLimit(READ_AT_ONCE);
  readonly #seen = new Map<string, readonly [string, string]>();
  #isNew = false;
  #hashed = 0;

  private constructor(
    private readonly file: string,
    private readonly known: ReadonlyMap<string, readonly [string, string]>,
  ) {}

  /** @param project whose image contains the files; each project has its own cache. */
  static async open(workspaceRoot: string, project: string): Promise<FileDigests> {
    const name = `${hexOf(digestOf(project)).slice(0, 32)}.json`;
    const file = join(workspaceRoot, CACHE_FOLDER, 'sources', name);
    return new FileDigests(file, await readKnown(file));
  }

  /** The digest of a file's content, in hexadecimal. */
  async digestOf({ from, stamp, changedMs }: StampedFile): Promise<string> {
    const known = this.#seen.get(from) ?? this.known.get(from);
    const nowMs = Date.now();
    const digest = known?.[0] === stamp ? known[1] : await this.#limit(() => this.#hash(from));
    if (known?.[0] !== stamp) this.#isNew = true;
    if (nowMs - changedMs > SETTLED_AFTER_MS) this.#seen.set(from, [stamp, digest]);
    return digest;
  }

  async #hash(from: string): Promise<string> {
    this.#hashed += 1;
    if (this.#hashed % FILES_PER_TURN === 0) await setImmediate();
    return hashSmallFile(from) ?? hashFile(from);
  }

  /** Stores only the digests used since it was opened. Ignores a folder that is not writable: it is just a cache. */
  async save(): Promise<boolean> {
    if (!this.#isNew && this.#seen.size === this.known.size) return true;
    const text = JSON.stringify({ schemaVersion: 1, files: Object.fromEntries(this.#seen) });
    return replaceFile(this.file, text).then(
      () => true,
      () => false,
    );
  }
}

async function readKnown(file: string): Promise<ReadonlyMap<string, readonly [string, string]>> {
  try {
    const { data } = matchSchema(schema, JSON.parse(await readFile(file, 'utf8')));
    return new Map(Object.entries(data?.files ?? {}));
  } catch {
    // Missing, unreadable or truncated: it only costs reading the files.
    return new Map();
  }
}

// Sources are thousands of small files: memory for each of them would be collected for longer than they take to read.
const READ_BYTES = 256 * 1024;
const freeBuffers: Buffer[] = [];

// Signals, timers and sockets get their turn in between.
const FILES_PER_TURN = 64;

/** Read at once: a tenth of the processor's time of four calls that each travel to a thread and back. `undefined` for a larger file. */
function hashSmallFile(from: string): string | undefined {
  const buffer = freeBuffers.pop() ?? Buffer.allocUnsafeSlow(READ_BYTES);
  const file = openSync(from, READ_ONLY);
  try {
    let filled = 0;
    for (;;) {
      const bytesRead = readSync(file, buffer, filled, READ_BYTES - filled, null);
      filled += bytesRead;
      if (filled === READ_BYTES) return undefined;
      if (bytesRead === 0) return createHash('sha256').update(buffer.subarray(0, filled)).digest('hex');
    }
  } finally {
    freeBuffers.push(buffer);
    closeSync(file);
  }
}

async function hashFile(from: string): Promise<string> {
  const hash = createHash('sha256');
  const buffer = freeBuffers.pop() ?? Buffer.allocUnsafeSlow(READ_BYTES);
  const file = await open(from, READ_ONLY);
  try {
    for (;;) {
      const { bytesRead } = await file.read({ buffer });
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    freeBuffers.push(buffer);
    await file.close();
  }
}
