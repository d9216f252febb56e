import { searchFiles } from './search-files';

/** What a run left behind, wherever somebody could look for it. */
export interface Traces {
  /** Of the terminal. */
  readonly output: string;
  /** Of all processes that were seen meanwhile. */
  readonly commandLines: ReadonlySet<string>;
  /** Folders by what they are; of each the files that were written since a time (Unix, ms). */
  readonly folders: Readonly<Record<string, { readonly folder: string; readonly sinceMs: number }>>;
}

/** One kind of place that was searched. */
export interface Finding {
  readonly place: string;
  /** How much was looked at there, in lines or files: a search of nothing finds nothing. */
  readonly looked: number;
  /** Lines or files that hold one of the texts. */
  readonly found: readonly string[];
}

/** Looks for texts in everything that a run left. @returns a finding for each kind of place, found or not */
export function huntSecret({ output, commandLines, folders }: Traces, texts: readonly string[]): readonly Finding[] {
  return [
    huntLines('terminal output', output.split('\n'), texts),
    huntLines('command lines', [...commandLines], texts),
    ...Object.entries(folders).map(([place, { folder, sinceMs }]) => ({ place, ...searchFiles(folder, texts, sinceMs) })),
  ];
}

function huntLines(place: string, lines: readonly string[], texts: readonly string[]): Finding {
  return { place, looked: lines.length, found: lines.filter((line) => texts.some((text) => line.includes(text))) };
}
