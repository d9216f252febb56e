/** A limit of the size of an image, or of its growth. */
export type SizeLimit = { readonly kind: 'bytes'; readonly bytes: number } | { readonly kind: 'percent'; readonly percent: number };

const UNIT_BYTES: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1e3,
  kb: 1e3,
  m: 1e6,
  mb: 1e6,
  g: 1e9,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
};

/** `500MB`, `1.5 GiB`, `20%`, a number of bytes; `undefined` if it is none of these. */
export function parseSizeLimit(written: string | number): SizeLimit | undefined {
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]*|%)$/i.exec(String(written).trim()) ?? [];
  if (digits === '') return undefined;
  if (unit === '%') return { kind: 'percent', percent: Number(digits) };
  const bytes = UNIT_BYTES[unit.toLowerCase()];
  return bytes === undefined ? undefined : { kind: 'bytes', bytes: Math.round(Number(digits) * bytes) };
}

/** Limits of one image. */
export interface SizeLimits {
  /** Of everything that a registry stores for the image, in bytes. */
  readonly maxSizeBytes?: number;
  /** Of its growth since the image of its floating tag. */
  readonly maxGrowth?: SizeLimit;
}

interface WrittenLimits {
  readonly maxSize?: string | number;
  readonly maxGrowth?: string | number;
}

/** No limit, even if registries.yaml has one. */
const NONE = 'none';

/** Parses limits; those of a project override those of registries.yaml. Problems are sentences. */
export function readSizeLimits(
  options: WrittenLimits,
  defaults: WrittenLimits,
): { readonly limits: SizeLimits; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const read = (name: keyof WrittenLimits, fix: string, accepts: (limit: SizeLimit) => boolean): SizeLimit | undefined => {
    const written = options[name] ?? defaults[name];
    if (written === undefined || written === NONE) return undefined;
    const limit = parseSizeLimit(written);
    if (limit !== undefined && accepts(limit)) return limit;
    const origin = options[name] === undefined ? ' in registries.yaml' : '';
    problems.push(`\`${name}\`${origin} is "${written}", not a size. Write ${fix}, or none.`);
    return undefined;
  };
  const maxSize = read('maxSize', '500MB or 1.5GB', ({ kind }) => kind === 'bytes');
  const maxGrowth = read('maxGrowth', '20MB or 10%', () => true);
  return { limits: { ...(maxSize?.kind === 'bytes' && { maxSizeBytes: maxSize.bytes }), ...(maxGrowth && { maxGrowth }) }, problems };
}
