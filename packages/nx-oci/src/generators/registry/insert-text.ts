import { isAlias, isMap, isScalar, isSeq, Scalar, stringify, YAMLSeq, type Document, type Pair, type YAMLMap } from 'yaml';
import { type RawRegistry } from '@nx-oci/publish';

import { addToFlow, columnOf, endOf, endOfLine, type FlowList, indent, splice, startOf } from './text-edits';

/** The file before a change. */
export interface Before {
  readonly text: string;
  readonly document: Document;
}

/** Inserts an entry below the last one, or in place of the one with its name; `undefined` if its YAML has no usual form. */
export function insertEntry(before: Before, name: string, entry: RawRegistry): string | undefined {
  const section = sectionOf(before, 'registries');
  if (section === undefined) return fillSection(before, 'registries', { [name]: entry });
  const existing = pairOf(section, name);
  return existing === undefined ? addPair(before, section, { [name]: entry }) : replacePair(before, section, existing, { [name]: entry });
}

/** Makes these names `publish.registries`, of which the last one is new; `undefined` if the YAML has no usual form. */
export function insertDefault(before: Before, names: readonly string[]): string | undefined {
  const { text, document } = before;
  const section = sectionOf(before, 'publish');
  const registries = inOneLine(names);
  if (section === undefined) return fillSection(before, 'publish', { registries });
  const list = section.get('registries', true) as unknown;
  if (list === undefined) return addPair(before, section, { registries });
  const all = { start: startOf(list), end: endOf(list) };
  // The list that an alias names belongs to another key as well.
  if (isAlias(list)) return splice(text, all, inFlow(document, registries));
  if (!isSeq(list)) return undefined;
  if (/^\[\s*\]$/.test(text.slice(all.start, all.end))) return splice(text, all, inFlow(document, registries));
  const name = inFlow(document, names.at(-1));
  const last: unknown = list.items.at(-1);
  if (list.flow === true) return addToFlow(text, flowList(list, list.items[0], last), name);
  const end = endOfLine(text, endOf(last));
  return splice(text, { start: end, end }, `\n${' '.repeat(columnOf(text, text.lastIndexOf('-', startOf(last))))}- ${name}`);
}

/** A section that has keys. */
function sectionOf({ document }: Before, section: string): YAMLMap | undefined {
  const found = isMap(document.contents) ? document.contents.get(section, true) : undefined;
  return isMap(found) && found.items.length > 0 ? found : undefined;
}

function pairOf(map: YAMLMap, name: string): Pair | undefined {
  return map.items.find(({ key }) => isScalar(key) && String(key.value) === name);
}

/** Writes the first keys of a section that is missing or empty. */
function fillSection(before: Before, section: string, content: object): string | undefined {
  const contents = isMap(before.document.contents) ? before.document.contents : undefined;
  const pair = contents && pairOf(contents, section);
  if (contents?.flow === true) {
    return pair === undefined
      ? addPair(before, contents, { [section]: content })
      : replacePair(before, contents, pair, { [section]: content });
  }
  if (pair === undefined) return appendSection(before, section, content);
  return isScalar(pair.key) ? fillEmpty(before.text, pair.key, content) : undefined;
}

/** Writes keys below one that only comments follow; `{}`, `null` or `~` behind it makes room. */
function fillEmpty(text: string, key: Scalar, content: object): string {
  const start = endOf(key) + (/^\s*:/.exec(text.slice(endOf(key)))?.[0].length ?? 0);
  const [empty = ''] = /^[ \t]+(?:\{[ \t]*\}|null|~)(?=\s|$)/i.exec(text.slice(start)) ?? [];
  const cleared = splice(text, { start, end: start + empty.length }, '');
  const end = endOfLine(cleared, start);
  return splice(cleared, { start: end, end }, `\n${indent(inBlock(content), columnOf(text, startOf(key)) + 2)}`);
}

/** Adds a section at the end, in front of the mark that ends the document. */
function appendSection({ text, document }: Before, section: string, content: object): string {
  const first = isMap(document.contents) ? document.contents.items[0]?.key : undefined;
  const end = /^\.\.\.(?=\s|$)/m.exec(text)?.index ?? text.length;
  const above = text.slice(0, end);
  const gap = above === '' || above.endsWith('\n') ? '' : '\n';
  const isFirst = /^(?:[ \t]*(?:#.*)?\r?\n)*$/.test(above);
  const lines = indent(inBlock({ [section]: content }), first === undefined ? 0 : columnOf(text, startOf(first)));
  return splice(text, { start: end, end }, `${gap}${isFirst ? '' : '\n'}${lines}\n`);
}

/** Adds keys below the last one of a map. */
function addPair({ text, document }: Before, map: YAMLMap, content: object): string | undefined {
  const [first, last] = [map.items[0], map.items.at(-1)];
  if (map.flow === true) {
    const item = inFlow(document, content).replace(/^\{ ?| ?\}$/g, '');
    return addToFlow(text, flowList(map, first?.key, last?.value ?? last?.key), item);
  }
  if (first === undefined || last === undefined) return undefined;
  const column = columnOf(text, startOf(first.key));
  const end = endOfEntry(text, last, column);
  return splice(text, { start: end, end }, `\n${indent(inBlock(content, stepOf(text, map)), column)}`);
}

/** Writes keys in place of one, with its comments. */
function replacePair({ text, document }: Before, map: YAMLMap, { key, value }: Pair, content: object): string {
  if (map.flow === true)
    return splice(text, { start: startOf(key), end: endOf(value) }, inFlow(document, content).replace(/^\{ ?| ?\}$/g, ''));
  const start = startOf(key);
  const lines = indent(inBlock(content, stepOf(text, map)), columnOf(text, start));
  return splice(text, { start, end: endOfLine(text, lastCharacter(text, value ?? key)) }, lines.trimStart());
}

/** Behind the lines of an entry and the comments that are indented further than its name: they belong to it. */
function endOfEntry(text: string, { key, value }: Pair, column: number): number {
  const end = endOfLine(text, lastCharacter(text, value ?? key));
  const [own = ''] = new RegExp(String.raw`^(?:\r?\n {${column + 1},}#[^\r\n]*)*`).exec(text.slice(end)) ?? [];
  return end + own.length;
}

// The end of a block is the start of the next line; the last non-empty line counts.
function lastCharacter(text: string, node: unknown): number {
  return text.slice(0, endOf(node)).trimEnd().length;
}

/** By how many columns the keys of an entry are indented. */
function stepOf(text: string, map: YAMLMap): number {
  const [step = 2] = map.items.flatMap(({ key, value }) => {
    const first = isMap(value) && value.flow !== true ? value.items[0] : undefined;
    return first === undefined ? [] : [columnOf(text, startOf(first.key)) - columnOf(text, startOf(key))];
  });
  return Math.max(step, 1);
}

function flowList(list: unknown, first: unknown, last: unknown): FlowList {
  return {
    start: startOf(list),
    first: first === undefined ? undefined : startOf(first),
    last: last === undefined ? undefined : endOf(last),
  };
}

function inOneLine(names: readonly string[]): YAMLSeq {
  const list = new YAMLSeq();
  list.flow = true;
  list.items.push(...names.map((name) => new Scalar(name)));
  return list;
}

function inBlock(content: object, step = 2): string {
  return stringify(content, { lineWidth: 0, indent: step, flowCollectionPadding: false }).trimEnd();
}

/** On one line; as JSON, where all keys of the file are in double quotes. */
function inFlow({ contents }: Document, content: unknown): string {
  const isJson =
    isMap(contents) && contents.flow === true && contents.items.every(({ key }) => isScalar(key) && key.type === 'QUOTE_DOUBLE');
  if (isJson) return JSON.stringify(content);
  const isList = isSeq(content);
  return stringify(content, { lineWidth: 0, collectionStyle: 'flow', flowCollectionPadding: !isList }).trimEnd();
}
