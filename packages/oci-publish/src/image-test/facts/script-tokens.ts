/** A piece of JavaScript that is neither space nor comment. */
export interface Token {
  readonly kind: 'word' | 'text' | 'sign' | 'line';
  /** For a text, the content between its quotes, as written; empty for a line end. */
  readonly value: string;
}

const SPACE = /[^\S\n\u2028\u2029]+/y;
const SIGNS = new Set('()[]{};,.:=+-<>!?|&*%^~@');
const PAIRS = new Set(['=>', '&&', '||', '??']);
const LINE_COMMENT = /\/\/.*/y;
const BLOCK_COMMENT = /\/\*[^]*?\*\//y;
const HASHBANG = /#!.*/y;
const PLAIN_WORD = /[A-Za-z0-9_$]+(?![\\\u0080-\uffff])/y;
const WORD = /[\p{ID_Start}$_#\\0-9][\p{ID_Continue}$\\\u200c\u200d]*/uy;
const TEXT = /'((?:[^'\\\n]|\\[^])*)'|"((?:[^"\\\n]|\\[^])*)"/y;
const TEMPLATE_PART = /(?:[^`\\$]|\\[^]|\$(?!\{))*(`|\$\{)/y;
const EXPRESSION = /\/(?![*/])(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;

/** Words after which a slash begins a regular expression, as after most punctuation. */
const BEFORE_EXPRESSION = new Set([
  'return',
  'typeof',
  'case',
  'in',
  'of',
  'delete',
  'void',
  'throw',
  'new',
  'else',
  'do',
  'await',
  'yield',
]);

/**
 * Splits JavaScript into tokens, for analyses that need no syntax tree. A regular expression is a `text` without content, and so
 * is each part of a template; the content of `${}` is read as code, between the tokens `${` and `}`.
 */
export function* scriptTokens(source: string): Generator<Token> {
  let position = 0;
  let last: Token | undefined;
  // For each open brace: whether its end continues a template.
  const braces: boolean[] = [];
  const match = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = position;
    const found = pattern.exec(source) ?? undefined;
    if (found !== undefined) position = pattern.lastIndex;
    return found;
  };
  if (source.startsWith('#!')) match(HASHBANG);
  while (position < source.length) {
    const char = source[position] ?? '';
    if (char <= ' ' && char !== '\n') {
      match(SPACE);
      continue;
    }
    if (char === '/' && (match(LINE_COMMENT) ?? match(BLOCK_COMMENT))) continue;
    if (char > '\x7f' && match(SPACE)) continue;
    const token = next();
    if (token.kind !== 'line') last = token;
    yield token;
  }

  function next(): Token {
    const char = source[position] ?? '';
    if (SIGNS.has(char) && !(char === '}' && braces.at(-1) === true)) return sign(char);
    const plain = match(PLAIN_WORD);
    if (plain !== undefined) return { kind: 'word', value: plain[0] };
    if (char === '\n' || char === '\u2028' || char === '\u2029') {
      position++;
      return { kind: 'line', value: '' };
    }
    if (char === '`' || char === '}') return templatePart(char);
    if (char === '/' && mayBeginExpression(last) && match(EXPRESSION)) return { kind: 'text', value: '' };
    const text = char === "'" || char === '"' ? match(TEXT) : undefined;
    if (text !== undefined) return { kind: 'text', value: text[1] ?? text[2] ?? '' };
    const word = match(WORD);
    return word === undefined ? sign(char) : { kind: 'word', value: word[0] };
  }

  function sign(char: string): Token {
    const pair = source.slice(position, position + 2);
    const value = PAIRS.has(pair) ? pair : char;
    position += value.length;
    if (char === '{') braces.push(false);
    if (char === '}') braces.pop();
    return { kind: 'sign', value };
  }

  /** After `}` or the opening backtick, text continues up to the end of the template or the next `${`. */
  function templatePart(char: string): Token {
    position++;
    if (char === '}') braces.pop();
    const [, end] = match(TEMPLATE_PART) ?? [];
    if (end === undefined) position = source.length;
    if (end !== '${') return { kind: 'text', value: '' };
    braces.push(true);
    return { kind: 'text', value: '' };
  }
}

function mayBeginExpression(last: Token | undefined): boolean {
  if (last === undefined) return true;
  if (last.kind === 'word') return BEFORE_EXPRESSION.has(last.value);
  return last.kind === 'sign' && last.value !== ')' && last.value !== ']' && last.value !== '}';
}
