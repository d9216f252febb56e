import { OciError } from '@nx-oci/model';

/** A pattern, ready to be asked. */
export interface Glob {
  readonly pattern: string;
  matches(path: string): boolean;
}

/**
 * Compiles a pattern for paths relative to a layer source, with `/` on every system.
 *
 * `*` and `?` stay within one name, `**` crosses folders, `{a,b}` are alternatives, `[a-z]` one of a set. Names that start
 * with a dot are names like any other: what is in a folder is in the image. A pattern that names a folder means
 * everything below it too; one without a slash still means a path from the source's root, as in `.dockerignore`.
 *
 * @throws OciError `OPTIONS_INVALID`
 */
export function compileGlob(pattern: string): Glob {
  const normal = pattern.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
  if (normal === '' || normal.includes('\\') || normal.split('/').includes('..') || !hasWholeGroups(normal)) throw notAPattern(pattern);
  const expression = toExpression(pattern, `^${translate(normal)}(?:/.*)?$`);
  return { pattern, matches: (path) => expression.test(path) };
}

function toExpression(pattern: string, source: string): RegExp {
  try {
    return new RegExp(source, 'su');
  } catch (error) {
    throw notAPattern(pattern, error);
  }
}

function notAPattern(pattern: string, cause?: unknown): OciError {
  return new OciError('OPTIONS_INVALID', `${JSON.stringify(pattern)} is not a pattern for files of a layer.`, {
    hint: 'Write a path relative to `from` with "/", such as "dist/**/*.js": * ? ** {a,b} [a-z] are understood, ".." is not.',
    ...(cause !== undefined && { cause }),
  });
}

/** Whether any of the patterns matches; each that does is noted in `used`. All are asked, so that none looks unused. */
export function matchesAny(globs: readonly Glob[], path: string, used: Set<Glob>): boolean {
  const matching = globs.filter((glob) => glob.matches(path));
  for (const glob of matching) used.add(glob);
  return matching.length > 0;
}

const TOKEN = /\*\*\/|\*\*|\*|\?|\{|\}|,|\[!?[^\]]+\]|[\s\S]/gu;

function translate(pattern: string): string {
  let depth = 0;
  return pattern.replace(TOKEN, (token) => {
    if (token === '{') depth += 1;
    if (token === '}') depth -= 1;
    return translateToken(token, depth > 0);
  });
}

function translateToken(token: string, inBraces: boolean): string {
  switch (token) {
    case '**/':
      return '(?:[^/]+/)*';
    case '**':
      return '.*';
    case '*':
      return '[^/]*';
    case '?':
      return '[^/]';
    case '{':
      return '(?:';
    case '}':
      return ')';
    case ',':
      return inBraces ? '|' : ',';
    default:
      return token.length > 2 && token.startsWith('[') ? translateSet(token) : token.replace(/[$()*+.?[\]^{|}\\/]/g, '\\$&');
  }
}

function translateSet(token: string): string {
  const isNegated = token.startsWith('[!');
  const members = token.slice(isNegated ? 2 : 1, -1).replace(/[[\]^\\&]/g, '\\$&');
  return isNegated ? `[^/${members}]` : `[${members}]`;
}

/** Whether every brace is closed. */
function hasWholeGroups(pattern: string): boolean {
  let depth = 0;
  for (const character of pattern) {
    if (character === '{') depth += 1;
    if (character === '}') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}
