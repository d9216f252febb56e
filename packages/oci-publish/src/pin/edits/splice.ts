/** A range of a text, and what stands there from now on. */
export interface Edit {
  readonly start: number;
  /** Exclusive; equal to `start` where something is inserted. */
  readonly end: number;
  readonly text: string;
}

/** Replaces ranges that do not overlap; everything else stays as it is. Pure. */
export function splice(source: string, edits: readonly Edit[]): string {
  const ordered = edits.toSorted((one, other) => one.start - other.start);
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, text } of ordered) {
    parts.push(source.slice(at, start), text);
    at = end;
  }
  return [...parts, source.slice(at)].join('');
}
