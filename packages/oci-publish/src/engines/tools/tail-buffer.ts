/** Keeps the end of what a program prints. */
export interface TailBuffer {
  add(line: string): void;
  /** The kept lines, joined by line feeds. */
  text(): string;
}

/** @param limit characters kept; the oldest lines are dropped first, and a longer line keeps its end. */
export function createTailBuffer(limit: number): TailBuffer {
  const lines: string[] = [];
  let size = 0;
  return {
    add(line) {
      const kept = line.slice(-limit);
      lines.push(kept);
      size += kept.length + 1;
      while (size > limit && lines.length > 1) size -= (lines.shift()?.length ?? 0) + 1;
    },
    text: () => lines.join('\n'),
  };
}
