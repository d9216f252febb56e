import { type Document, isAlias, isMap, isPair, isScalar, isSeq, type Pair, type Scalar, type YAMLMap } from 'yaml';

import { scalarOf } from './parse-yaml';

/** A key of a map, and its scalar. */
export interface Entry {
  readonly key: Scalar;
  readonly value: Scalar;
}

/** Maps that merge maps that merge maps: far more than files have, and a bound for those that merge themselves. */
const MAX_MERGES = 10;

/** The first of some keys that a map has with a scalar as value: its own one, or one that it merges (`<<: *defaults`). */
export function findEntry(map: YAMLMap, keys: readonly string[], document: Document): Entry | undefined {
  return firstOf(keys, (key) => findIn(map, key, { document, depth: 0 }));
}

interface Search {
  readonly document: Document;
  readonly depth: number;
}

function findIn(map: YAMLMap, key: string, { document, depth }: Search): Entry | undefined {
  const own = pairOf(map, key);
  const value = own && scalarOf(own.value, document);
  if (own !== undefined) return value && isScalar(own.key) ? { key: own.key, value } : undefined;
  if (depth === MAX_MERGES) return undefined;
  return firstOf(mergedMaps(map, document), (merged) => findIn(merged, key, { document, depth: depth + 1 }));
}

function firstOf<Input, Output>(inputs: readonly Input[], find: (input: Input) => Output | undefined): Output | undefined {
  for (const input of inputs) {
    const found = find(input);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The pair of a key that is written in this map. */
export function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => isPair(pair) && keyOf(pair) === key);
}

/** The key of a pair as text; `''` for a key that is no scalar. */
export function keyOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : '';
}

function mergedMaps(map: YAMLMap, document: Document): readonly YAMLMap[] {
  const merge = pairOf(map, '<<')?.value;
  const nodes: readonly unknown[] = isSeq(merge) ? merge.items : [merge];
  return nodes.flatMap((node) => {
    const target: unknown = isAlias(node) ? node.resolve(document) : undefined;
    return isMap(target) ? [target] : [];
  });
}
