import type { ByteRange } from '../storage/storage';

/**
 * The range of a `Range` header, for content of `size` bytes.
 *
 * `whole` for no header, another unit, or several ranges at once: RFC 9110 lets a server ignore those.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14.2
 */
export function parseByteRange(header: string | undefined, size: number): ByteRange | 'whole' | 'unsatisfiable' {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (first === '' && last === '') return 'whole';
  const range = first === '' ? lastBytes(Number(last), size) : { first: Number(first), last: last === '' ? size - 1 : Number(last) };
  if (range.first > range.last || range.first >= size) return 'unsatisfiable';
  return { first: range.first, last: Math.min(range.last, size - 1) };
}

function lastBytes(count: number, size: number): ByteRange {
  return { first: count === 0 ? size : Math.max(size - count, 0), last: size - 1 };
}
