import { type Alias, type Document, isAlias, isMap, isScalar, LineCounter, parseAllDocuments, type Scalar, visit } from 'yaml';

/** A YAML text with the positions of everything in it. */
export interface YamlSource {
  readonly text: string;
  readonly documents: readonly Document[];
  /** The line of a position, counted from 1. */
  lineOf(offset: number): number;
  /** What ends its lines. */
  readonly lineBreak: '\n' | '\r\n';
}

/** Why a text is not YAML. */
export interface YamlFailure {
  readonly line: number;
}

/** @param text without a byte order mark */
export function parseYaml(text: string): YamlSource | YamlFailure {
  const lines = new LineCounter();
  // Keys and tags (`!reset`) are for whoever reads the file; a map of thousands of keys is slow to compare.
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    strict: false,
    resolveKnownTags: false,
    logLevel: 'silent',
  });
  const lineOf = (offset: number): number => Math.max(1, lines.linePos(offset).line);
  const list: readonly Document[] = documents;
  const [failure] = list.flatMap(({ errors }) => errors);
  if (failure !== undefined) return { line: lineOf(failure.pos[0]) };
  return { text, documents: list, lineOf, lineBreak: text.includes('\r\n') ? '\r\n' : '\n' };
}

/**
 * How often each scalar of a document that has aliases is used: by every alias, and once where it stands, unless that is a place
 * for definitions alone (`x-tag: &tag v1`).
 */
export function countUses(document: Document): ReadonlyMap<Scalar, number> {
  const uses = new Map<Scalar, number>(definitionsOf(document).map((scalar) => [scalar, 0]));
  visit(document, {
    Alias: (_, alias) => {
      const scalar = scalarOf(alias, document);
      if (scalar !== undefined) uses.set(scalar, (uses.get(scalar) ?? 1) + 1);
    },
  });
  return uses;
}

/** The scalars under keys of the root that readers ignore by convention. */
function definitionsOf({ contents }: Document): readonly Scalar[] {
  const pairs = isMap(contents) ? contents.items : [];
  return pairs.flatMap(({ key, value }) => (isScalar(key) && /^(?:x-|\.|_)/.test(String(key.value)) && isScalar(value) ? [value] : []));
}

/** The scalar itself, or the one that an alias stands for. */
export function scalarOf(node: unknown, document: Document): Scalar | undefined {
  const target: unknown = isAlias(node) ? resolveAlias(node, document) : node;
  return isScalar(target) ? target : undefined;
}

function resolveAlias(alias: Alias, document: Document): unknown {
  return alias.resolve(document);
}
