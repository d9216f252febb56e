import { isMap, isScalar, isSeq, stringify, type Document, type Node, type YAMLMap } from 'yaml';
import { type RawRegistry } from '@nx-oci/publish';

/** The file before a change. */
export interface Before {
  readonly text: string;
  readonly document: Document;
}

/** Inserts an entry below the last one; `undefined` if the YAML does not have the usual form. */
export function insertEntry({ text, document }: Before, name: string, entry: RawRegistry): string | undefined {
  const lines = stringify({ [name]: entry }, { lineWidth: 0 });
  const section = document.get('registries', true);
  if (section === undefined) return appendSection(text, 'registries', lines);
  if (!isMap(section)) return insertIntoEmpty({ text, document }, 'registries', lines);
  return section.flow === true || section.has(name) ? undefined : insertBelow(text, section, lines);
}

/** Inserts a name into `publish.registries`; `undefined` if the YAML does not have a usual form. */
export function insertDefault({ text, document }: Before, name: string): string | undefined {
  const section = document.get('publish', true);
  if (section === undefined) return appendSection(text, 'publish', `registries: [${name}]\n`);
  if (!isMap(section)) return insertIntoEmpty({ text, document }, 'publish', `registries: [${name}]\n`);
  const list = section.get('registries', true);
  if (list === undefined) return section.flow === true ? undefined : insertBelow(text, section, `registries: [${name}]\n`);
  if (!isSeq(list)) return undefined;
  const last = list.items.at(-1) as Node | undefined;
  if (last === undefined) return splice(text, startOf(list) + 1, name);
  if (list.flow === true) return splice(text, endOf(last), `, ${name}`);
  const dash = text.lastIndexOf('-', startOf(last));
  return splice(text, endOfLine(text, endOf(last)), `\n${' '.repeat(columnOf(text, dash))}- ${name}`);
}

function appendSection(text: string, section: string, lines: string): string {
  const gap = text === '' || text.endsWith('\n') ? '' : '\n';
  const isFirst = /^(?:[ \t]*(?:#.*)?\r?\n)*$/.test(text);
  return `${text}${gap}${isFirst ? '' : '\n'}${section}:\n${indent(lines, 2)}\n`;
}

/** Inserts directly below an empty `registries:` or `publish:`, which may contain comments. */
function insertIntoEmpty({ text, document }: Before, section: string, lines: string): string | undefined {
  const pairs = isMap(document.contents) ? document.contents.items : [];
  const key = pairs.map((pair) => pair.key).find((candidate) => isScalar(candidate) && candidate.value === section);
  return isScalar(key) ? splice(text, endOfLine(text, endOf(key)), `\n${indent(lines, 2)}`) : undefined;
}

/** Inserts lines below the last entry of a map in block style, in the column of its keys; `undefined` if it has no entry. */
function insertBelow(text: string, map: YAMLMap, lines: string): string | undefined {
  const first = map.items[0];
  const last = map.items.at(-1);
  if (!isScalar(first?.key) || last === undefined) return undefined;
  const end = endOf((last.value ?? last.key) as Node);
  // The end of a block is the start of the next line; the last non-empty line counts.
  const content = text.slice(0, end).trimEnd().length;
  return splice(text, endOfLine(text, content), `\n${indent(lines, columnOf(text, startOf(first.key)))}`);
}

/** Inserts text, with the line ends of the rest. */
function splice(text: string, offset: number, inserted: string): string {
  const lines = text.includes('\r\n') ? inserted.replaceAll('\n', '\r\n') : inserted;
  return text.slice(0, offset) + lines + text.slice(offset);
}

function indent(lines: string, columns: number): string {
  return lines.trimEnd().replace(/^/gm, ' '.repeat(columns));
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  if (end === -1) return text.length;
  return text[end - 1] === '\r' ? end - 1 : end;
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

function endOf(node: Node): number {
  return node.range?.[1] ?? 0;
}
