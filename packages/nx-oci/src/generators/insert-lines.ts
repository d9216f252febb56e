import { isScalar, type Node, type YAMLMap } from 'yaml';

/** Inserts lines below the last entry of a map in block style, in the column of its keys; `undefined` where it has no entry. */
export function insertBelow(text: string, map: YAMLMap, lines: string): string | undefined {
  const first = map.items[0];
  const last = map.items.at(-1);
  if (!isScalar(first?.key) || last === undefined) return undefined;
  const end = endOf((last.value ?? last.key) as Node);
  // The end of a block is the start of the next line; the last line with something in it is what counts.
  const content = text.slice(0, end).trimEnd().length;
  return splice(text, endOfLine(text, content), `\n${indent(lines, columnOf(text, startOf(first.key)))}`);
}

/** Inserts text, with the line ends that the rest has. */
export function splice(text: string, offset: number, inserted: string): string {
  const lines = text.includes('\r\n') ? inserted.replaceAll('\n', '\r\n') : inserted;
  return text.slice(0, offset) + lines + text.slice(offset);
}

export function indent(lines: string, columns: number): string {
  return lines.trimEnd().replace(/^/gm, ' '.repeat(columns));
}

export function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

export function endOfLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  if (end === -1) return text.length;
  return text[end - 1] === '\r' ? end - 1 : end;
}

export function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

export function endOf(node: Node): number {
  return node.range?.[1] ?? 0;
}
