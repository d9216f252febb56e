import {
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';

import { type Finding, type Problem, type YamlPath } from '../../text/problem';
import { IN_QUOTES } from '../../text/written-text';
import { describeSyntaxProblem } from './yaml-syntax';

/** registries.yaml with the positions of its keys and values. */
export interface YamlFile {
  /** For changes that keep comments; `toString` returns the file. */
  readonly document: Document;
  /** The content as plain values; `{}` if the file is empty or broken. */
  readonly data: unknown;
  /** YAML errors. If there are others than duplicate keys, `data` must not be used. */
  readonly problems: readonly Problem[];
  readonly isReadable: boolean;
  /** Adds line and column to a finding: those of the deepest existing part of its path. */
  place(finding: Finding): Problem;
}

interface Mistake {
  readonly code: string;
  readonly offset: number;
}

interface Spot {
  readonly keyOffset: number;
  readonly valueOffset: number;
  readonly value?: unknown;
}

/** Reads YAML text. Never throws: errors are in `problems`. */
export function readYaml(text: string): YamlFile {
  const lines = new LineCounter();
  // The parser compares each key with all others of its map, which takes minutes for tens of thousands of registries.
  // Pretty errors quote the lines around a mistake, which may contain a secret.
  // Sets, ordered maps and bytes are no values of ours.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false, resolveKnownTags: false });
  const at = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const mistakes: Mistake[] = [...document.errors, ...document.warnings].map(({ code, pos: [offset] }) => ({ code, offset }));
  mistakes.push(...findBadAliases(document), ...findBadKeys(document));
  const plain = mistakes.every(({ code }) => code === 'DUPLICATE_KEY' || code === 'DUPLICATE_SECRET_KEY') ? toPlain(document) : undefined;
  if (plain === 'endless') mistakes.push({ code: 'MANY_ALIASES', offset: startOf(document.contents, 0) });
  const problems = firstOfEachLine(mistakes.map(({ code, offset }) => ({ ...describeSyntaxProblem(code, text, offset), ...at(offset) })));
  const pairs: KnownPairs = new WeakMap();
  const isReadable = plain !== undefined && plain !== 'endless';
  return {
    document,
    data: isReadable ? (plain.data ?? {}) : {},
    problems,
    isReadable,
    place: ({ path, part, what, fix }) => {
      const spot = findSpot(document, path, pairs);
      return {
        what,
        fix: fix === IN_QUOTES ? quoteSource(spot.value, path) : fix,
        ...at(part === 'key' ? spot.keyOffset : spot.valueOffset),
      };
    },
  };
}

// The parser leaves these to toJS, which throws with the alias in its message (`password: *secret` would be printed), or
// creates a map that contains itself, which is an endless loop for code that walks through it.
function findBadAliases(document: Document): readonly Mistake[] {
  const mistakes: Mistake[] = [];
  visit(document, {
    Alias: (_, alias, ancestors) => {
      const offset = alias.range?.[0] ?? 0;
      const meant = alias.resolve(document);
      if (meant === undefined) mistakes.push({ code: 'BAD_ALIAS', offset });
      else if ((ancestors as readonly unknown[]).includes(meant)) mistakes.push({ code: 'CIRCULAR_ALIAS', offset });
    },
  });
  return mistakes;
}

// Duplicate keys, and keys that are maps or lists: the parser converts these to text with a warning, which takes minutes if nested.
function findBadKeys(document: Document): readonly Mistake[] {
  const mistakes: Mistake[] = [];
  visit(document, {
    Pair: (_, { key }) => {
      if (isCollection(resolve(key, document))) mistakes.push({ code: 'LONG_KEY', offset: startOf(key, 0) });
    },
    Map: (_, { items }, ancestors) => {
      const code = isUnderAuth(ancestors) ? 'DUPLICATE_SECRET_KEY' : 'DUPLICATE_KEY';
      // As text, which they become: `1` and `"1"` are the same key.
      const seen = new Set<string>();
      for (const { key } of items) {
        const name = resolve(key, document);
        if (!isScalar(name)) continue;
        if (seen.has(String(name.value))) mistakes.push({ code, offset: startOf(key, 0) });
        seen.add(String(name.value));
      }
    },
  });
  return mistakes;
}

/** Paths at which an unknown key may be a misplaced secret. */
function isUnderAuth(ancestors: readonly unknown[]): boolean {
  return ancestors.some((node) => isPair(node) && isScalar(node.key) && node.key.value === 'auth');
}

/** `endless` if anchors refer to several others each, level by level: a few kilobytes would expand to gigabytes. */
function toPlain(document: Document): { readonly data: unknown } | 'endless' {
  try {
    return { data: document.toJS() };
  } catch (error) {
    if ((error as Error).name === 'ReferenceError') return 'endless';
    throw error;
  }
}

// The first error on a line causes further ones on the same line, which are ignored.
function firstOfEachLine(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Set<number>();
  return problems.filter(({ line }) => !seen.has(line) && seen.add(line));
}

/** The pairs of maps by key; the last duplicate wins. */
type KnownPairs = WeakMap<YAMLMap, ReadonlyMap<string, Pair>>;

function findSpot(document: Document, path: YamlPath, pairs: KnownPairs): Spot {
  const start = startOf(document.contents, 0);
  let spot: Spot = { keyOffset: start, valueOffset: start };
  let node: unknown = document.contents;
  for (const step of path) {
    const next: { spot: Spot; node: unknown } | undefined = stepInto(resolve(node, document), step, { fallback: spot.valueOffset, pairs });
    if (next === undefined) return spot;
    ({ spot, node } = next);
  }
  return { ...spot, value: resolve(node, document) };
}

/** A number may differ from the text in the file: `1.10` is read as 1.1. Possible credentials are not quoted. */
function quoteSource(node: unknown, path: YamlPath): string {
  const source = isScalar(node) && typeof node.value === 'number' && !path.includes('auth') ? node.source : undefined;
  return source === undefined ? IN_QUOTES : `${IN_QUOTES}: "${source}"`;
}

function stepInto(
  node: unknown,
  step: string | number,
  { fallback, pairs }: { readonly fallback: number; readonly pairs: KnownPairs },
): { spot: Spot; node: unknown } | undefined {
  if (isMap(node)) {
    const known =
      pairs.get(node) ?? new Map(node.items.flatMap((pair) => (isScalar(pair.key) ? [[String(pair.key.value), pair] as const] : [])));
    pairs.set(node, known);
    const pair = known.get(String(step));
    if (pair === undefined) return undefined;
    const keyOffset = startOf(pair.key, fallback);
    return { spot: { keyOffset, valueOffset: startOf(pair.value, keyOffset) }, node: pair.value };
  }
  if (!isSeq(node)) return undefined;
  const item = node.items[Number(step)];
  const offset = startOf(item, fallback);
  return { spot: { keyOffset: offset, valueOffset: offset }, node: item };
}

function resolve(node: unknown, document: Document): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function startOf(node: unknown, fallback: number): number {
  return (node as Node | null | undefined)?.range?.[0] ?? fallback;
}
