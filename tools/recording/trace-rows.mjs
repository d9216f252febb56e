import { Screen } from './screen.mjs';

// Frames of spinners in between would only make the picture larger.
const FRAME_MS = 120;

/**
 * @param {{ atMs: number, text: string }[]} chunks
 * @returns {{ versions: { row: number, spans: { column: number, text: string, style: string }[], fromMs: number, toMs: number | undefined }[],
 *   scrolls: { atMs: number, lastRow: number }[], endMs: number }} each row as it was at each time; the last version has no end
 */
export function traceRows(chunks) {
  const screen = new Screen();
  const open = new Map();
  const versions = [];
  const scrolls = [];
  for (const { atMs, text } of joinFrames(chunks)) {
    screen.write(text);
    const count = Math.max(screen.rows.length, ...[...open.keys()].map((row) => row + 1));
    for (let row = 0; row < count; row += 1) {
      const spans = spansOf(screen.rows[row] ?? []);
      const key = JSON.stringify(spans);
      const shown = open.get(row);
      if ((shown?.key ?? '[]') === key) continue;
      if (shown !== undefined) shown.version.toMs = atMs;
      open.delete(row);
      if (spans.length === 0) continue;
      const version = { row, spans, fromMs: atMs, toMs: undefined };
      versions.push(version);
      open.set(row, { key, version });
    }
    if (scrolls.at(-1)?.lastRow !== screen.lastRow) scrolls.push({ atMs, lastRow: screen.lastRow });
  }
  return { versions, scrolls, endMs: chunks.at(-1)?.atMs ?? 0 };
}

function joinFrames(chunks) {
  const frames = new Map();
  for (const { atMs, text } of chunks) {
    const frame = Math.ceil(atMs / FRAME_MS) * FRAME_MS;
    frames.set(frame, (frames.get(frame) ?? '') + text);
  }
  return [...frames].map(([atMs, text]) => ({ atMs, text }));
}

function spansOf(row) {
  const spans = [];
  row.forEach(({ letter, style }, column) => {
    const last = spans.at(-1);
    if (last?.style === style && last.column + last.length === column) {
      last.text += letter;
      last.length += 1;
    } else spans.push({ column, text: letter, style, length: 1 });
  });
  return spans
    .filter(({ text, style }) => text.trim() !== '' || style.includes('inverse'))
    .map(({ length, ...span }) => ({ ...span, length }));
}
