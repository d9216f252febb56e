/** What the kernel and the loader need to know about a program or a shared library. */
export interface ElfFacts {
  readonly bits: 32 | 64;
  /** `e_machine`; see `architecture.ts`. */
  readonly machine: number;
  readonly isLittleEndian: boolean;
  /** Absolute path of the loader; absent in static programs and in most libraries. */
  readonly interpreter?: string;
  /** Names of shared libraries, or paths if they contain a slash. */
  readonly needed: readonly string[];
  /** Folders, as written: `$ORIGIN/../lib`. */
  readonly rpath: readonly string[];
  readonly runpath: readonly string[];
  /** The symbol versions that it needs from libraries, by name: `libc.so.6` → `GLIBC_2.34`. */
  readonly wantedVersions: Readonly<Record<string, readonly string[]>>;
  /** The symbol versions of this library. */
  readonly versions: readonly string[];
}

const MAGIC = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;

const TAG = { needed: 1, stringTable: 5, rpath: 15, runpath: 29, versionDefinitions: 0x6ffffffc, versionNeeds: 0x6ffffffe } as const;

/** The flag of an optional version. */
const WEAK = 2;

// More than any real file has; a broken one could contain a cycle.
const MAX_ENTRIES = 10_000;

export function isElf(head: Buffer): boolean {
  return head.subarray(0, MAGIC.length).equals(MAGIC);
}

/**
 * Reads an ELF file; `undefined` for a truncated or broken one.
 *
 * @see https://refspecs.linuxfoundation.org/elf/gabi4+/ch5.pheader.html, ch5.dynamic.html
 * @see https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/symversion.html
 */
export function readElf(content: Buffer): ElfFacts | undefined {
  try {
    return new ElfReader(content).read();
  } catch (error) {
    if ((error as Error).name === 'RangeError') return undefined;
    throw error;
  }
}

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

interface DynamicEntry {
  readonly tag: number;
  readonly value: number;
}

/** Reading past the end throws a RangeError, as with Buffer. */
class ElfReader {
  private readonly is64: boolean;
  private readonly isLittleEndian: boolean;
  private segments: readonly Segment[] = [];

  constructor(private readonly content: Buffer) {
    this.is64 = content.readUInt8(4) === 2;
    this.isLittleEndian = content.readUInt8(5) === 1;
  }

  read(): ElfFacts {
    this.segments = this.readSegments();
    const interpreter = this.segments.find(({ type }) => type === PT_INTERP);
    const dynamic = this.readDynamic();
    const first = (tag: number) => dynamic.find((entry) => entry.tag === tag)?.value;
    const strings = this.offsetOf(first(TAG.stringTable) ?? 0);
    const texts = (tag: number) => dynamic.filter((entry) => entry.tag === tag).map(({ value }) => this.text(strings + value));
    const folders = (tag: number) => texts(tag).flatMap((text) => text.split(':').filter((folder) => folder !== ''));
    return {
      bits: this.is64 ? 64 : 32,
      machine: this.half(18),
      isLittleEndian: this.isLittleEndian,
      ...(interpreter !== undefined && { interpreter: this.text(interpreter.offset) }),
      needed: texts(TAG.needed),
      rpath: folders(TAG.rpath),
      runpath: folders(TAG.runpath),
      wantedVersions: this.readWantedVersions(first(TAG.versionNeeds), strings),
      versions: this.readVersions(first(TAG.versionDefinitions), strings),
    };
  }

  private readSegments(): readonly Segment[] {
    const start = this.long(this.is64 ? 32 : 28);
    const [entryBytes, count] = [this.half(this.is64 ? 54 : 42), this.half(this.is64 ? 56 : 44)];
    return Array.from({ length: count }, (_, index) => {
      const at = start + index * entryBytes;
      return {
        type: this.word(at),
        offset: this.long(at + (this.is64 ? 8 : 4)),
        address: this.long(at + (this.is64 ? 16 : 8)),
        size: this.long(at + (this.is64 ? 32 : 16)),
      };
    });
  }

  private readDynamic(): readonly DynamicEntry[] {
    const segment = this.segments.find(({ type }) => type === PT_DYNAMIC);
    const entries: DynamicEntry[] = [];
    const wordBytes = this.is64 ? 8 : 4;
    const end = segment === undefined ? 0 : segment.offset + segment.size;
    for (let at = segment?.offset ?? 0; at < end && entries.length < MAX_ENTRIES; at += 2 * wordBytes) {
      const tag = this.long(at);
      if (tag === 0) break;
      entries.push({ tag, value: this.long(at + wordBytes) });
    }
    return entries;
  }

  private readWantedVersions(address: number | undefined, strings: number): Readonly<Record<string, readonly string[]>> {
    const found = new Map<string, string[]>();
    for (const at of this.chain(address, 12)) {
      const library = this.text(strings + this.word(at + 4));
      const entries = [...this.chainFrom(at + this.word(at + 8), 12)].filter((entry) => (this.half(entry + 4) & WEAK) === 0);
      const names = entries.map((entry) => this.text(strings + this.word(entry + 8)));
      found.set(library, [...(found.get(library) ?? []), ...names]);
    }
    return Object.fromEntries(found);
  }

  private readVersions(address: number | undefined, strings: number): readonly string[] {
    return [...this.chain(address, 16)].map((at) => this.text(strings + this.word(at + this.word(at + 12))));
  }

  private chain(address: number | undefined, nextAt: number): Iterable<number> {
    return address === undefined ? [] : this.chainFrom(this.offsetOf(address), nextAt);
  }

  /** Records that each contain the offset of the next one; the last contains 0. */
  private *chainFrom(start: number, nextAt: number): Generator<number> {
    for (let at = start, seen = 0; seen < MAX_ENTRIES; seen++) {
      yield at;
      const next = this.word(at + nextAt);
      if (next === 0) return;
      at += next;
    }
  }

  /** The offset in the file of an address in memory. */
  private offsetOf(address: number): number {
    const segment = this.segments.find((one) => one.type === PT_LOAD && address >= one.address && address < one.address + one.size);
    return segment === undefined ? address : address - segment.address + segment.offset;
  }

  private text(offset: number): string {
    if (offset >= this.content.length) throw new RangeError('a text lies outside of the file');
    const end = this.content.indexOf(0, offset);
    return this.content.toString('utf8', offset, end < 0 ? offset : end);
  }

  private half(offset: number): number {
    return this.isLittleEndian ? this.content.readUInt16LE(offset) : this.content.readUInt16BE(offset);
  }

  private word(offset: number): number {
    return this.isLittleEndian ? this.content.readUInt32LE(offset) : this.content.readUInt32BE(offset);
  }

  private long(offset: number): number {
    if (!this.is64) return this.word(offset);
    return Number(this.isLittleEndian ? this.content.readBigUInt64LE(offset) : this.content.readBigUInt64BE(offset));
  }
}
