import { searchFiles } from './search-files';

/** Everything that a run left behind. */
export interface Traces {
  /** Of the terminal. */
  readonly output: string;
  /** Of all processes seen during the run. */
  readonly commandLines: ReadonlySet<string>;
  /** Folders by description; each with the time (Unix, ms) since when its files count. */
  readonly folders: Readonly<Record<string, { readonly folder: string; readonly sinceMs: number }>>;
}

/** The result for one kind of place. */
export interface Finding {
  readonly place: string;
  /** How many lines or files were searched: zero would prove nothing. */
  readonly searched: number;
  /** Lines or files that contain one of the texts. */
  readonly found: readonly string[];
}

/** Searches everything that a run left for texts. @returns a result for each kind of place, found or not */
export function findSecret({ output, commandLines, folders }: Traces, texts: readonly string[]): readonly Finding[] {
  return [
    huntLines('terminal output', output.split('\n'), texts),
    huntLines('command lines', [...commandLines], texts),
    ...Object.entries(folders).map(([place, { folder, sinceMs }]) => ({ place, ...searchFiles(folder, texts, sinceMs) })),
  ];
}

function huntLines(place: string, lines: readonly string[], texts: readonly string[]): Finding {
  return { place, searched: lines.length, found: lines.filter((line) => texts.some((text) => line.includes(text))) };
}
