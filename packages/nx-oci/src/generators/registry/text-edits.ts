import { type Node } from 'yaml';

/** Characters of a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A list or map in braces; without an item, `first` and `last` are absent. */
export interface FlowList {
  readonly start: number;
  /** Where the first item starts. */
  readonly first: number | undefined;
  /** Where the last item ends. */
  readonly last: number | undefined;
}

/** Replaces a part of the text by lines with the line ends of the rest. */
export function splice(text: string, { start, end }: Span, inserted: string): string {
  const lines = text.includes('\r\n') ? inserted.replaceAll('\n', '\r\n') : inserted;
  return text.slice(0, start) + lines + text.slice(end);
}

/** Adds an item below the last one if each is on a line of its own, else behind it. */
export function addToFlow(text: string, { start, first, last }: FlowList, item: string): string {
  if (first === undefined || last === undefined) {
    const isPadded = item.startsWith('"') || !/^\{\s*\}/.test(text.slice(start));
    return splice(text, { start: start + 1, end: start + 1 }, isPadded ? item : ` ${item} `);
  }
  const margin = text.slice(text.lastIndexOf('\n', first - 1) + 1, first);
  if (margin.trim() !== '') return splice(text, { start: last, end: last }, `, ${item}`);
  // With a comma behind the last item, the new one gets one, too.
  const [comma] = /^[ \t]*,[ \t]*(?:#[^\r\n]*)?(?=\r?\n)/.exec(text.slice(last)) ?? [];
  const end = last + (comma?.length ?? 0);
  return splice(text, { start: end, end }, comma === undefined ? `,\n${margin}${item}` : `\n${margin}${item},`);
}

export function indent(lines: string, columns: number): string {
  return lines.replace(/^/gm, ' '.repeat(columns));
}

export function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

export function endOfLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  if (end === -1) return text.length;
  return text[end - 1] === '\r' ? end - 1 : end;
}

export function startOf(node: unknown): number {
  return (node as Node).range?.[0] ?? 0;
}

export function endOf(node: unknown): number {
  return (node as Node).range?.[1] ?? 0;
}
