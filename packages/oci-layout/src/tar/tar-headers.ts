const BLOCK_BYTES = 512;

// No image has longer names; without a limit, a header could request any amount of memory.
const MAX_RECORD_BYTES = 1024 * 1024;

/** One entry of a tar archive, without its content. */
export interface TarEntry {
  /** `5` is a folder, `2` a symbolic link. */
  readonly type: string;
  /** As written: possibly with a leading `./` or a trailing `/`. */
  readonly path: string;
  readonly target: string;
  /** Bytes of content, which follow the header. */
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** The content of a header that describes the next entry. */
interface OpenRecord {
  readonly type: string;
  readonly bytes: Buffer;
  filledBytes: number;
  leftBytes: number;
}

/** Why an archive cannot be read. */
export class TarProblem extends Error {}

/**
 * Reads the headers of a tar archive in chunks, and the contents that are wanted: ustar, PAX records, and the long names and
 * large numbers of GNU tar.
 *
 * @see https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13 (POSIX.1-2017, pax)
 */
export class TarHeaders {
  readonly #block = Buffer.alloc(BLOCK_BYTES);
  #filledBytes = 0;
  /** Remaining content to skip, including padding. */
  #skippedBytes = 0;
  /** Of content, without padding. */
  #contentBytes = 0;
  #record: OpenRecord | undefined;
  #longer: Readonly<Record<string, string>> = {};

  /** @param onContent gets the content of the last entry in chunks; without it, contents are skipped. */
  constructor(
    private readonly onEntry: (entry: TarEntry) => void,
    private readonly onContent?: (piece: Buffer) => void,
  ) {}

  /** @throws TarProblem if it is not a tar archive. */
  write(piece: Buffer): void {
    let offset = 0;
    while (offset < piece.length) offset += this.#take(piece.subarray(offset));
  }

  /** For readers that can seek: the number of bytes of content to skip now. */
  skipContent(): number {
    const bytes = this.#skippedBytes;
    this.#skippedBytes = 0;
    return bytes;
  }

  #take(bytes: Buffer): number {
    if (this.#record !== undefined) return this.#fillRecord(this.#record, bytes);
    if (this.#skippedBytes > 0) {
      const taken = Math.min(this.#skippedBytes, bytes.length);
      const content = Math.min(this.#contentBytes, taken);
      this.#skippedBytes -= taken;
      this.#contentBytes -= content;
      if (content > 0) this.onContent?.(bytes.subarray(0, content));
      return taken;
    }
    const taken = bytes.copy(this.#block, this.#filledBytes);
    this.#filledBytes += taken;
    if (this.#filledBytes === BLOCK_BYTES) {
      this.#filledBytes = 0;
      this.#readBlock(this.#block);
    }
    return taken;
  }

  #readBlock(block: Buffer): void {
    if (block.every((byte) => byte === 0)) return;
    if (numberAt(block, 148, 8) !== sumOf(block)) throw new TarProblem('it is not a tar archive');
    const type = String.fromCharCode(block[156] ?? 0).replace('\0', '0');
    const size = Number(this.#longer['size'] ?? numberAt(block, 124, 12));
    const paddedBytes = Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
    if (!Number.isSafeInteger(paddedBytes) || size < 0) throw new TarProblem('an entry has no size');
    if (['x', 'L', 'K'].includes(type)) {
      if (size > MAX_RECORD_BYTES) throw new TarProblem('a header is too long');
      this.#record = { type, bytes: Buffer.alloc(size), filledBytes: 0, leftBytes: paddedBytes };
      if (size === 0) this.#record = undefined;
      return;
    }
    // The global header is ignored: it contains no paths and owners.
    // Links and folders have no content, regardless of their size field.
    const hasContent = !'123456'.includes(type);
    if (type !== 'g') this.#endEntry(block, type, hasContent ? size : 0);
    this.#skippedBytes = hasContent ? paddedBytes : 0;
    this.#contentBytes = hasContent && type !== 'g' ? size : 0;
  }

  #endEntry(block: Buffer, type: string, size: number): void {
    const longer = this.#longer;
    this.#longer = {};
    const prefix = block.toString('latin1', 257, 263) === 'ustar\0' ? textAt(block, 345, 155) : '';
    const name = textAt(block, 0, 100);
    this.onEntry({
      type,
      path: longer['path'] ?? (prefix === '' ? name : `${prefix}/${name}`),
      target: longer['linkpath'] ?? textAt(block, 157, 100),
      size,
      mode: numberAt(block, 100, 8) & 0o7777,
      uid: Number(longer['uid'] ?? numberAt(block, 108, 8)),
      gid: Number(longer['gid'] ?? numberAt(block, 116, 8)),
    });
  }

  #fillRecord(record: OpenRecord, bytes: Buffer): number {
    const taken = Math.min(record.leftBytes, bytes.length);
    record.filledBytes += bytes.copy(record.bytes, record.filledBytes, 0, taken);
    record.leftBytes -= taken;
    if (record.leftBytes === 0) {
      this.#longer = { ...this.#longer, ...readRecord(record.type, record.bytes) };
      this.#record = undefined;
    }
    return taken;
  }
}

function readRecord(type: string, bytes: Buffer): Readonly<Record<string, string>> {
  if (type !== 'x') return { [type === 'L' ? 'path' : 'linkpath']: textAt(bytes, 0, bytes.length) };
  const found: Record<string, string> = {};
  for (let start = 0; start < bytes.length;) {
    const space = bytes.indexOf(0x20, start);
    const length = Number(bytes.toString('latin1', start, Math.max(start, space)));
    const text = bytes.toString('utf8', space + 1, start + length - 1);
    const equals = text.indexOf('=');
    if (space < 0 || !(length > 0) || equals < 0) break;
    const key = text.slice(0, equals);
    if (['path', 'linkpath', 'uid', 'gid', 'size'].includes(key)) found[key] = text.slice(equals + 1);
    start += length;
  }
  return found;
}

/** Octal digits, or, for large numbers in GNU tar, big-endian bytes with the highest bit set. */
function numberAt(block: Buffer, offset: number, length: number): number {
  const first = block[offset] ?? 0;
  if ((first & 0x80) === 0) return Number.parseInt(textAt(block, offset, length).trim() || '0', 8);
  return block.subarray(offset + 1, offset + length).reduce((sum, byte) => sum * 256 + byte, first & 0x7f);
}

function textAt(block: Buffer, offset: number, length: number): string {
  const end = block.indexOf(0, offset);
  return block.toString('utf8', offset, end < 0 ? offset + length : Math.min(end, offset + length));
}

/** The checksum, with its own field full of spaces. */
function sumOf(block: Buffer): number {
  return block.reduce((sum, byte, index) => sum + (index >= 148 && index < 156 ? 0x20 : byte), 0);
}
