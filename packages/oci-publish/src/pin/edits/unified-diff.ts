import { type Edit, splice } from './splice';

const CONTEXT_LINES = 3;

/** Lines of the old text that one or several edits replace, counted from 0. */
interface Hunk {
  readonly first: number;
  /** Exclusive. */
  readonly last: number;
  readonly edits: readonly Edit[];
}

/** The difference as `diff -u` and `git diff` show it, without colours; `git apply` accepts it. Pure. */
export function unifiedDiff(path: string, source: string, edits: readonly Edit[]): string {
  if (edits.length === 0) return '';
  const starts = lineStarts(source);
  const hunks = groupEdits(edits, starts);
  let shift = 0;
  const lines = [`--- a/${path}`, `+++ b/${path}`];
  for (const hunk of hunks) {
    const { text, grown } = renderHunk(hunk, { source, starts, shift });
    lines.push(text);
    shift += grown;
  }
  return lines.join('\n');
}

/** Where each line begins; a text that ends with a line break has no line after it. */
function lineStarts(source: string): readonly number[] {
  const starts = [0];
  for (let at = source.indexOf('\n'); at !== -1 && at + 1 < source.length; at = source.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function groupEdits(edits: readonly Edit[], starts: readonly number[]): readonly Hunk[] {
  const hunks: Hunk[] = [];
  for (const edit of edits.toSorted((one, other) => one.start - other.start)) {
    const first = Math.max(0, lineAt(starts, edit.start) - CONTEXT_LINES);
    const last = Math.min(starts.length, lineAt(starts, edit.end) + 1 + CONTEXT_LINES);
    const before = hunks.at(-1);
    if (before === undefined || before.last < first) hunks.push({ first, last, edits: [edit] });
    else hunks.splice(-1, 1, { first: before.first, last, edits: [...before.edits, edit] });
  }
  return hunks;
}

function lineAt(starts: readonly number[], offset: number): number {
  return Math.max(
    0,
    starts.findLastIndex((start) => start <= offset),
  );
}

interface HunkContext {
  readonly source: string;
  readonly starts: readonly number[];
  /** By how many lines the text before has grown. */
  readonly shift: number;
}

function renderHunk(
  { first, last, edits }: Hunk,
  { source, starts, shift }: HunkContext,
): { readonly text: string; readonly grown: number } {
  const rows: string[] = [];
  let [removed, added] = [0, 0];
  let at = first;
  while (at < last) {
    // Edits of one line, or that reach into the next one, are shown together.
    let end = at + 1;
    for (const edit of edits) {
      const [from, to] = [lineAt(starts, edit.start), lineAt(starts, edit.end)];
      if (from < end && to >= at) end = Math.max(end, to + 1);
    }
    const [start, stop] = [starts[at] ?? 0, starts[end] ?? source.length];
    const old = source.slice(start, stop);
    const own = edits.filter((edit) => lineAt(starts, edit.start) >= at && lineAt(starts, edit.start) < end);
    if (own.length === 0) {
      rows.push(...markLines(' ', old));
    } else {
      const written = splice(
        old,
        own.map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start })),
      );
      rows.push(...markLines('-', old), ...markLines('+', written));
      removed += countLines(old);
      added += countLines(written);
    }
    at = end;
  }
  const oldCount = last - first;
  const header = `@@ -${first + 1},${oldCount} +${first + 1 + shift},${oldCount - removed + added} @@`;
  return { text: [header, ...rows].join('\n'), grown: added - removed };
}

function countLines(text: string): number {
  return text.replace(/\n$/, '').split('\n').length;
}

function markLines(mark: string, text: string): readonly string[] {
  const lines = text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => mark + line);
  return text.endsWith('\n') ? lines : [...lines, '\\ No newline at end of file'];
}
