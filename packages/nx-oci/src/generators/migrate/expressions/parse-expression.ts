/** An expression of GitHub Actions, without the `${{ }}`. */
export type Expression =
  | { readonly kind: 'value'; readonly value: Value }
  /** A value of a context: `github.ref`, `matrix.app`. */
  | { readonly kind: 'name'; readonly path: string }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Expression[] }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'both'; readonly operator: Operator; readonly left: Expression; readonly right: Expression };

export type Value = string | number | boolean | null;
export type Operator = '&&' | '||' | '==' | '!=' | '<' | '<=' | '>' | '>=';

const TOKEN = /\s*('(?:[^']|'')*'|&&|\|\||[=!<>]=|[!<>(),]|-?\d+(?:\.\d+)?(?![\w.])|[A-Za-z_][\w-]*(?:\.(?:[\w-]+|\*))*)/y;
const LEVELS: readonly (readonly string[])[] = [['||'], ['&&'], ['==', '!='], ['<', '<=', '>', '>=']];
const WORDS: Readonly<Record<string, Value>> = { true: true, false: false, null: null };
// Expressions that people write are far below this; a deeper one is not worth a stack.
const MAX_TOKENS = 500;

/**
 * @returns undefined for an expression with a mistake, or with indexes such as `matrix['app']`
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
 */
export function parseExpression(text: string): Expression | undefined {
  const tokens = tokenize(text.trim());
  if (tokens === undefined || tokens.length > MAX_TOKENS) return undefined;
  const rest = [...tokens];
  const parsed = parseLevel(rest, 0);
  return rest.length === 0 ? parsed : undefined;
}

function tokenize(text: string): readonly string[] | undefined {
  const tokens: string[] = [];
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const [, token] = TOKEN.exec(text) ?? [];
    if (token === undefined) return undefined;
    tokens.push(token);
  }
  return tokens;
}

/** Takes its tokens from the front of `rest`. */
function parseLevel(rest: string[], level: number): Expression | undefined {
  const operators = LEVELS[level];
  if (operators === undefined) return parseTerm(rest);
  let left = parseLevel(rest, level + 1);
  while (left !== undefined && operators.includes(rest[0] ?? '')) {
    const operator = rest.shift() as Operator;
    const right = parseLevel(rest, level + 1);
    left = right === undefined ? undefined : { kind: 'both', operator, left, right };
  }
  return left;
}

function parseTerm(rest: string[]): Expression | undefined {
  const token = rest.shift();
  if (token === undefined || ['&&', '||', '==', '!=', '<', '<=', '>', '>=', ')', ','].includes(token)) return undefined;
  if (token === '!') {
    const of = parseTerm(rest);
    return of === undefined ? undefined : { kind: 'not', of };
  }
  if (token === '(') {
    const inner = parseLevel(rest, 0);
    return rest.shift() === ')' ? inner : undefined;
  }
  if (token.startsWith("'")) return { kind: 'value', value: token.slice(1, -1).replaceAll("''", "'") };
  if (/^-?\d/.test(token)) return { kind: 'value', value: Number(token) };
  if (rest[0] === '(') return parseCall(token, rest);
  return Object.hasOwn(WORDS, token) ? { kind: 'value', value: WORDS[token] ?? null } : { kind: 'name', path: token };
}

function parseCall(name: string, rest: string[]): Expression | undefined {
  rest.shift();
  const found: Expression[] = [];
  while (rest[0] !== ')') {
    const one = parseLevel(rest, 0);
    if (one === undefined) return undefined;
    found.push(one);
    if (rest[0] === ',') rest.shift();
    else if (rest[0] !== ')') return undefined;
  }
  rest.shift();
  return { kind: 'call', name: name.toLowerCase(), arguments: found };
}
