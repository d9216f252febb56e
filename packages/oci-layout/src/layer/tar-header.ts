const BLOCK_BYTES = 512;

const TYPE_FLAGS = { file: '0', link: '2', folder: '5', extended: 'x' } as const;

// The largest number that fits a field of that many octal digits.
const MAX_OWNER = 0o7777777;
const MAX_SIZE_BYTES = 0o77777777777;

export interface TarHeaderFields {
  readonly kind: 'file' | 'folder' | 'link';
  /** No leading slash. Folders get their closing slash here. */
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of content; 0 for folders and links. */
  readonly size: number;
  /** Since 1970; by default 0. */
  readonly modifiedSeconds?: number;
  readonly target?: string;
}

/**
 * The blocks before an entry's content: one ustar header, preceded by a PAX record for values that do not fit into it (long or
 * non-ASCII names, sizes from 8 GiB, owners from 2097152). Independent of the machine: owner names and devices are empty.
 *
 * @see https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13 (POSIX.1-2017, pax)
 */
export function encodeTarHeader(fields: TarHeaderFields): Buffer {
  const name = fields.kind === 'folder' ? `${fields.path}/` : fields.path;
  const parts = splitName(name);
  const records = {
    ...(fields.gid > MAX_OWNER && { gid: String(fields.gid) }),
    ...(fields.target !== undefined && !fits(fields.target, 100) && { linkpath: fields.target }),
    ...(parts === undefined && { path: name }),
    ...(fields.size > MAX_SIZE_BYTES && { size: String(fields.size) }),
    ...(fields.uid > MAX_OWNER && { uid: String(fields.uid) }),
  };
  const header = encodeUstar({ ...fields, flag: TYPE_FLAGS[fields.kind], ...(parts ?? { prefix: '', name: toAscii(name) }) });
  return Object.keys(records).length === 0 ? header : Buffer.concat([encodeExtended(records), header]);
}

/** Zeroes that fill the last block of content of `size` bytes. */
export function paddingAfter(size: number): Buffer {
  return Buffer.alloc((BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES);
}

/** Two empty blocks end an archive; the further blocks of tapes are not needed. */
export const END_OF_ARCHIVE: Buffer = Buffer.alloc(2 * BLOCK_BYTES);

interface UstarFields extends Omit<TarHeaderFields, 'kind' | 'path'> {
  readonly flag: string;
  readonly prefix: string;
  readonly name: string;
}

function encodeUstar(fields: UstarFields): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  block.write(fields.name, 0, 100, 'latin1');
  block.write(octal(fields.mode, 7), 100, 'latin1');
  block.write(octal(fields.uid > MAX_OWNER ? 0 : fields.uid, 7), 108, 'latin1');
  block.write(octal(fields.gid > MAX_OWNER ? 0 : fields.gid, 7), 116, 'latin1');
  block.write(octal(fields.size > MAX_SIZE_BYTES ? 0 : fields.size, 11), 124, 'latin1');
  block.write(octal(fields.modifiedSeconds ?? 0, 11), 136, 'latin1');
  block.write(fields.flag, 156, 'latin1');
  block.write(toAscii(fields.target ?? ''), 157, 100, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  block.write(octal(0, 7), 329, 'latin1');
  block.write(octal(0, 7), 337, 'latin1');
  block.write(fields.prefix, 345, 155, 'latin1');
  // The sum is taken with its own field full of spaces, then written as six digits, NUL, space.
  block.fill(' ', 148, 156);
  block.write(`${octal(sumOf(block), 6)}\0 `, 148, 'latin1');
  return block;
}

/** A PAX extended header: an entry whose content are the records of the next entry. */
function encodeExtended(records: Readonly<Record<string, string>>): Buffer {
  const body = Buffer.from(
    Object.entries(records)
      .map(([key, value]) => encodeRecord(key, value))
      .join(''),
  );
  const facts = { flag: TYPE_FLAGS.extended, prefix: '', name: 'PaxHeaders/entry', mode: 0o644, uid: 0, gid: 0 };
  return Buffer.concat([encodeUstar({ ...facts, size: body.length }), body, paddingAfter(body.length)]);
}

/** `length key=value\n`, where the length counts its own digits. */
function encodeRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const restBytes = Buffer.byteLength(rest);
  let length = restBytes + 1;
  while (String(length).length + restBytes !== length) length = String(length).length + restBytes;
  return `${length}${rest}`;
}

/** The name fields of a ustar header: up to 100 bytes, or split at a slash with up to 155 bytes before it. */
function splitName(name: string): { prefix: string; name: string } | undefined {
  if (fits(name, 100)) return { prefix: '', name };
  if (!fits(name, 256)) return undefined;
  // The first slash that leaves at most 100 bytes, but not a folder's closing slash.
  const slash = name.indexOf('/', name.length - 101);
  if (slash <= 0 || slash > 155 || slash === name.length - 1) return undefined;
  return { prefix: name.slice(0, slash), name: name.slice(slash + 1) };
}

function fits(text: string, bytes: number): boolean {
  return text.length <= bytes && !/[^\x20-\x7e]/.test(text);
}

/** For readers without PAX support; all others use the name in the record. */
function toAscii(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, '_').slice(0, 100);
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

function sumOf(block: Buffer): number {
  return block.reduce((sum, byte) => sum + byte, 0);
}
