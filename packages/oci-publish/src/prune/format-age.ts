const UNITS: readonly (readonly [string, number])[] = [
  ['day', 24 * 60 * 60 * 1000],
  ['hour', 60 * 60 * 1000],
  ['minute', 60 * 1000],
];

/** `3 days`, `1 hour`, `less than a minute`. */
export function formatAge(ageMs: number): string {
  for (const [unit, lengthMs] of UNITS) {
    const count = Math.floor(ageMs / lengthMs);
    if (count > 0) return `${count} ${unit}${count === 1 ? '' : 's'}`;
  }
  return 'less than a minute';
}
