import { isDigest, type Digest } from '../names/digest';
import { OciError, type OciErrorCode } from '../errors/oci-error';
import { quote } from '../text/quote';

/** A parsed JSON object that has not been validated. */
export type JsonObject = Readonly<Record<string, unknown>>;

// Real documents nest about six levels deep. Other parsers, and JSON.stringify, recurse: deeper documents could break them.
const MAX_DEPTH = 100;

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads the fields of one untrusted document; each error names the document and the field.
 *
 * Fields are named as a path from the top: `layers[2].size`.
 */
export class DocumentReader {
  constructor(
    /** What is being read, for messages: "the image manifest". */
    private readonly what: string,
    private readonly code: OciErrorCode,
  ) {}

  /** @param limitBytes larger documents are refused before parsing. */
  parse(bytes: Uint8Array, limitBytes: number): JsonObject {
    if (bytes.byteLength > limitBytes) throw this.refuse(`it has ${bytes.byteLength} bytes, at most ${limitBytes} are allowed`);
    if (isDeeperThan(bytes, MAX_DEPTH)) throw this.refuse(`it is nested more than ${MAX_DEPTH} levels deep`);
    return this.object('the document', this.parseText(bytes));
  }

  refuse(reason: string, cause?: unknown): OciError {
    const hint = 'The document is corrupt or malicious: build or pull the image again, or report it to the operator of the registry.';
    return new OciError(this.code, `Cannot read ${this.what}: ${reason}.`, cause === undefined ? { hint } : { hint, cause });
  }

  object(field: string, value: unknown): JsonObject {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
    throw this.wrong(field, 'an object', value);
  }

  string(field: string, value: unknown): string {
    if (typeof value === 'string') return value;
    throw this.wrong(field, 'a string', value);
  }

  /** A non-empty string. */
  word(field: string, value: unknown): string {
    if (typeof value === 'string' && value !== '') return value;
    throw this.wrong(field, 'a non-empty string', value);
  }

  digest(field: string, value: unknown): Digest {
    if (isDigest(value)) return value;
    throw this.wrong(field, 'a digest such as sha256 and 64 lower-case hexadecimal characters', value);
  }

  /** An integer from 0 to 2⁵³ − 1. */
  size(field: string, value: unknown): number {
    if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
    throw this.wrong(field, 'a whole number of bytes, 0 or more', value);
  }

  list<T>(field: string, value: unknown, read: (field: string, item: unknown) => T): readonly T[] {
    if (!Array.isArray(value)) throw this.wrong(field, 'a list', value);
    return value.map((item, position) => read(`${field}[${position}]`, item));
  }

  map<T>(field: string, value: unknown, read: (field: string, item: unknown) => T): Readonly<Record<string, T>> {
    const items = Object.entries(this.object(field, value));
    // Object.fromEntries defines its keys, so that "__proto__" is an ordinary key.
    const readAll = (nameOf: (key: string) => string) => Object.fromEntries(items.map(([key, item]) => [key, read(nameOf(key), item)]));
    try {
      return readAll(() => field);
    } catch {
      // Quoting a key takes longer than reading its item, and only an error names it: the same error comes again, with it.
      return readAll((key) => `${field}[${show(key)}]`);
    }
  }

  /** `undefined` if the field is absent; `null` counts as absent, since Go writes empty values that way. */
  optional<T>(field: string, value: unknown, read: (field: string, value: unknown) => T): T | undefined {
    return value === undefined || value === null ? undefined : read(field, value);
  }

  private wrong(field: string, expected: string, value: unknown): OciError {
    return this.refuse(value === undefined ? `${field} is missing` : `${field} must be ${expected}, not ${show(value)}`);
  }

  private parseText(bytes: Uint8Array): unknown {
    try {
      return JSON.parse(UTF8.decode(bytes));
    } catch (error) {
      if (!isWebPage(bytes)) throw this.refuse('it is not JSON in UTF-8', error);
      const hint = 'Check that the host is that of a registry, and that no proxy with a login page is in between.';
      throw new OciError(this.code, `Cannot read ${this.what}: it is a web page.`, { hint, cause: error });
    }
  }
}

function isWebPage(bytes: Uint8Array): boolean {
  return /^\s*<(?:!doctype|html|head|body)\b/i.test(Buffer.from(bytes.subarray(0, 200)).toString('latin1'));
}

/** Object without its `undefined` fields, so that absent stays absent in JSON and in comparisons. */
export function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}

function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'string' ? quote(value) : JSON.stringify(value);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const CLOSING: ReadonlySet<number> = new Set([0x5d, 0x7d]);

/** Counts brackets outside of strings, without parsing. */
function isDeeperThan(bytes: Uint8Array, limit: number): boolean {
  // Nearly every document has too few brackets to nest so deeply, and `indexOf` finds that out faster than a loop over the bytes.
  if (!hasMoreThan(bytes, OPENING, limit)) return false;
  let depth = 0;
  let inString = false;
  for (let position = 0; position < bytes.length; position++) {
    const byte = bytes[position] ?? 0;
    if (inString && byte === BACKSLASH) position++;
    else if (byte === QUOTE) inString = !inString;
    else if (!inString && OPENING.has(byte) && ++depth > limit) return true;
    else if (!inString && CLOSING.has(byte)) depth--;
  }
  return false;
}

/** Whether the total number of these bytes exceeds the limit. */
function hasMoreThan(bytes: Uint8Array, wanted: ReadonlySet<number>, limit: number): boolean {
  let found = 0;
  for (const byte of wanted) {
    for (let position = bytes.indexOf(byte); position >= 0; position = bytes.indexOf(byte, position + 1)) {
      if (++found > limit) return true;
    }
  }
  return false;
}
