import { type Document, isNode, isScalar, Scalar, type YAMLMap } from 'yaml';

import { type Entry, findEntry } from '../yaml/read-map';
import { type YamlSource } from '../yaml/parse-yaml';
import { rewriteScalar, type ScalarEdit, textOf } from '../yaml/scalar-slot';
import { readReference } from './image-name';
import { allEdits, type PinnedName, type Place, placeId, splitTag } from './place';
import { type ValuesImage } from './values-place';

export interface KustomizeContext {
  readonly source: YamlSource;
  readonly document: Document;
  readonly isOurs: (name: string) => boolean;
  /** Whether an entry of a name alone is one: in a kustomization, not in any list called `images`. */
  readonly isKustomization: boolean;
}

interface KustomizeEntry {
  readonly source: YamlSource;
  readonly name: string;
  /** The entry for the image's name: behind it, missing keys are added. */
  readonly named: Entry;
  readonly tag: Entry | undefined;
  readonly digest: Entry | undefined;
  readonly map: YAMLMap;
}

/** An entry of `images` in a kustomization: `{ name, newName, newTag, digest }`. */
export function readKustomizeImage(map: YAMLMap, context: KustomizeContext): ValuesImage | undefined {
  const { source, document } = context;
  const [name, newName, tag, digest] = ['name', 'newName', 'newTag', 'digest'].map((key) => findEntry(map, [key], document));
  const named = newName ?? name;
  if (name === undefined || named === undefined) return undefined;
  const isEntry = context.isKustomization || [newName, tag, digest].some((entry) => entry !== undefined);
  const reference = isEntry ? readReference(textOf(named.value)) : undefined;
  if (reference === undefined || !context.isOurs(reference.name)) return undefined;
  const scalars = [name, newName, tag, digest].flatMap((entry): readonly Scalar[] => (entry === undefined ? [] : [entry.value]));
  const entry = { source, name: reference.name, named, tag, digest, map };
  return { found: { place: kustomizePlace(entry) }, scalars };
}

function kustomizePlace(entry: KustomizeEntry): Place {
  const { name, named, tag, digest } = entry;
  const inTag = splitTag(textOf(tag?.value));
  const current = digest === undefined || textOf(digest.value) === '' ? inTag.digest : textOf(digest.value);
  return {
    id: placeId([named.value, tag?.value, digest?.value]),
    offset: (tag ?? digest ?? named).value.range?.[0] ?? 0,
    name,
    ...(inTag.tag !== undefined && { tag: inTag.tag }),
    ...(current !== undefined && { digest: current }),
    write: (pin) => allEdits(editsOf(entry, pin, inTag.digest !== undefined), true),
  };
}

function editsOf(entry: KustomizeEntry, pin: PinnedName, isTogether: boolean): readonly (ScalarEdit | undefined)[] {
  const { source, tag, digest } = entry;
  const set = ({ value }: Entry, text: string) => (textOf(value) === text ? [] : [rewriteScalar(source, value, text)]);
  if (tag !== undefined && isTogether && digest === undefined) return set(tag, `${pin.tag ?? ''}@${pin.digest}`);
  const edits = tag !== undefined && pin.tag !== undefined ? set(tag, pin.tag) : [];
  if (digest !== undefined) return [...edits, ...set(digest, pin.digest)];
  const newTag = tag === undefined && pin.tag !== undefined ? [['newTag', pin.tag] as const] : [];
  return joinAtOnePlace(edits[0], addKeys(entry, tag ?? entry.named, [...newTag, ['digest', pin.digest]]));
}

/** A value that was empty, and the line behind it, begin at one position. */
function joinAtOnePlace(edit: ScalarEdit | undefined, added: ScalarEdit | undefined): readonly (ScalarEdit | undefined)[] {
  if (edit === undefined || added === undefined || edit.start !== added.start) return edit === undefined ? [added] : [edit, added];
  return [{ ...edit, text: edit.text + added.text }];
}

/** New keys behind another one: on lines of their own, or within the braces of a map in flow style. */
function addKeys(
  { source: { text, lineBreak }, map }: KustomizeEntry,
  { key }: Entry,
  pairs: readonly (readonly [string, string])[],
): ScalarEdit | undefined {
  // Not the entry's value, which may be the target of an alias, or of a map that is merged.
  const own = map.items.find((pair) => pair.key === key);
  if (own === undefined || !isNode(own.value)) return undefined;
  const [, end] = own.value.range ?? [0, 0];
  const isQuoted = key.type === Scalar.QUOTE_DOUBLE;
  const keys = pairs.map(([name, value]) => (isQuoted ? `"${name}": "${value}"` : `${name}: ${quoteTag(value)}`));
  if (map.flow === true) return { start: end, end, text: keys.map((added) => `, ${added}`).join('') };
  if (isScalar(own.value) && own.value.type?.startsWith('BLOCK') === true) return undefined;
  const next = text.indexOf('\n', end);
  const lineEnd = next === -1 ? text.length : next - (text[next - 1] === '\r' ? 1 : 0);
  const start = key.range?.[0] ?? 0;
  const indent = ' '.repeat(start - (text.lastIndexOf('\n', start - 1) + 1));
  return { start: lineEnd, end: lineEnd, text: keys.map((added) => `${lineBreak}${indent}${added}`).join('') };
}

/** In quotes unless it is certainly not a number. */
const quoteTag = (text: string): string => (/^(?:[vV]|sha256:)/.test(text) ? text : `"${text}"`);
