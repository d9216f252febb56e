import { OciError } from '../errors/oci-error';

/** A compiled pattern. */
export interface Glob {
  readonly pattern: string;
  /** Takes time proportional to the length of the pattern times the length of the text. */
  matches(text: string): boolean;
}

/** Longest allowed pattern, in characters. */
export const MAX_GLOB_LENGTH = 4096;

/**
 * Compiles a pattern for names, such as those of branches: `*` matches any characters except `/`, `?` one of them, `**` any
 * characters at all. Everything else matches itself.
 *
 * @throws OciError `OPTIONS_INVALID` for a pattern longer than `LONGEST_GLOB`.
 */
export function compileNameGlob(pattern: string): Glob {
  return makeGlob(pattern, readSequence(makeCursor(pattern, NAME_TOKEN), 0));
}

/**
 * Compiles a pattern for paths relative to a folder, with `/` on every system.
 *
 * `*` and `?` stay within one name, `**` crosses folders, `{a,b}` lists alternatives, `[a-z]` matches one of a set, `[!a-z]` one
 * of the others. Names that start with a dot are not special. A pattern that matches a folder also matches everything below
 * it; one without a slash is still a path from the root, as in `.dockerignore`.
 *
 * @throws OciError `OPTIONS_INVALID`
 */
export function compilePathGlob(pattern: string): Glob {
  const normal = pattern.replace(/^(?:\.?\/)+/, '').replace(/(?<!\/)\/+$/, '');
  if (normal === '' || normal.includes('\\') || normal.split('/').includes('..') || !hasWholeGroups(normal)) throw invalidPattern(pattern);
  return makeGlob(pattern, [...readSequence(makeCursor(pattern, PATH_TOKEN, normal), 0), { kind: 'below' }]);
}

/** Whether any pattern matches; adds all that match to `used`. Tests them all, so that none looks unused. */
export function matchesAny(globs: readonly Glob[], text: string, used: Set<Glob>): boolean {
  const matching = globs.filter((glob) => glob.matches(text));
  for (const glob of matching) used.add(glob);
  return matching.length > 0;
}

function invalidPattern(pattern: string): OciError {
  const shown = pattern.length > 100 ? `${pattern.slice(0, 100)}…` : pattern;
  return new OciError('OPTIONS_INVALID', `${JSON.stringify(shown)} is not a valid file pattern.`, {
    hint: 'Write a relative path with "/", such as "dist/**/*.js"; * ? ** {a,b} [a-z] are supported, ".." is not.',
  });
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

/** Whether a character (a code point) matches. */
type Test = (character: string) => boolean;

type Part =
  | { readonly kind: 'one'; readonly test: Test }
  | { readonly kind: 'many'; readonly test: Test }
  /** Any number of whole folders, each with its slash. */
  | { readonly kind: 'folders' }
  /** The end, or a slash and anything. */
  | { readonly kind: 'below' }
  | { readonly kind: 'either'; readonly ways: readonly (readonly Part[])[] };

const ANY: Test = () => true;
const IN_NAME: Test = (character) => character !== '/';
const SLASH: Test = (character) => character === '/';

const NAME_TOKEN = /\*\*|[\s\S]/gu;
const PATH_TOKEN = /\*\*\/|\*\*|\[!?[^\]]+\]|[\s\S]/gu;

interface Cursor {
  readonly pattern: string;
  readonly tokens: readonly string[];
  readonly hasGroups: boolean;
  next: number;
}

function makeCursor(pattern: string, token: RegExp, text = pattern): Cursor {
  if (text.length > MAX_GLOB_LENGTH) throw invalidPattern(pattern);
  return { pattern, tokens: text.match(token) ?? [], hasGroups: token === PATH_TOKEN, next: 0 };
}

/** Reads to the end of the pattern or of the alternative. */
function readSequence(cursor: Cursor, depth: number): readonly Part[] {
  const parts: Part[] = [];
  for (let token = cursor.tokens[cursor.next]; token !== undefined; token = cursor.tokens[cursor.next]) {
    if (depth > 0 && (token === ',' || token === '}')) return parts;
    cursor.next += 1;
    parts.push(token === '{' && cursor.hasGroups ? readGroup(cursor, depth + 1) : readToken(token, cursor.pattern));
  }
  return parts;
}

function readGroup(cursor: Cursor, depth: number): Part {
  const ways = [];
  do {
    ways.push(readSequence(cursor, depth));
    cursor.next += 1;
  } while (cursor.tokens[cursor.next - 1] === ',');
  return { kind: 'either', ways };
}

function readToken(token: string, pattern: string): Part {
  switch (token) {
    case '**/':
      return { kind: 'folders' };
    case '**':
      return { kind: 'many', test: ANY };
    case '*':
      return { kind: 'many', test: IN_NAME };
    case '?':
      return { kind: 'one', test: IN_NAME };
    default:
      return { kind: 'one', test: token.length > 2 ? readSet(token, pattern) : (character) => character === token };
  }
}

function readSet(token: string, pattern: string): Test {
  const isNegated = token.startsWith('[!');
  const members = Array.from(token.slice(isNegated ? 2 : 1, -1)).map((character) => character.codePointAt(0) ?? 0);
  const ranges: (readonly [number, number])[] = [];
  for (let at = 0; at < members.length; at++) {
    const low = members[at] ?? 0;
    const high = members[at + 1] === HYPHEN ? members[at + 2] : undefined;
    if (high !== undefined && high < low) throw invalidPattern(pattern);
    ranges.push([low, high ?? low]);
    if (high !== undefined) at += 2;
  }
  const isMember = (character: string) => {
    const code = character.codePointAt(0) ?? 0;
    return ranges.some(([low, high]) => low <= code && code <= high);
  };
  return isNegated ? (character) => character !== '/' && !isMember(character) : isMember;
}

const HYPHEN = 0x2d;

/** A state of the machine: a character that satisfies `test` leads to `next`; `free` are reached without a character. */
interface State {
  readonly test?: Test;
  next: number;
  free: readonly number[];
}

/**
 * A machine that is in many states at once (Thompson, 1968), so that it never backtracks.
 */
function makeGlob(pattern: string, parts: readonly Part[]): Glob {
  const states: State[] = [{ next: 0, free: [] }];
  const start = addSequence(states, parts, 0);
  return { pattern, matches: (text) => run(states, start, text) };
}

/** Adds the parts from the last to the first. @returns the state where the first begins. */
function addSequence(states: State[], parts: readonly Part[], next: number): number {
  return parts.reduceRight((following, part) => addPart(states, part, following), next);
}

function addPart(states: State[], part: Part, next: number): number {
  switch (part.kind) {
    case 'one':
      return addState(states, { test: part.test, next, free: [] });
    case 'many':
      return addLoop(states, part.test, next);
    case 'folders': {
      const start = addState(states, { next: 0, free: [] });
      const slash = addState(states, { test: SLASH, next: start, free: [] });
      const first = addState(states, { test: IN_NAME, next: addLoop(states, IN_NAME, slash), free: [] });
      states[start] = { next: 0, free: [next, first] };
      return start;
    }
    case 'below':
      return addState(states, { next: 0, free: [next, addState(states, { test: SLASH, next: addLoop(states, ANY, next), free: [] })] });
    case 'either':
      return addState(states, { next: 0, free: part.ways.map((way) => addSequence(states, way, next)) });
  }
}

function addLoop(states: State[], test: Test, next: number): number {
  const loop = addState(states, { test, next: 0, free: [next] });
  states[loop] = { test, next: loop, free: [next] };
  return loop;
}

function addState(states: State[], state: State): number {
  return states.push(state) - 1;
}

function run(states: readonly State[], start: number, text: string): boolean {
  const seen = new Int32Array(states.length).fill(-1);
  let current: readonly number[] = reach(states, [start], { seen, turn: 0 });
  let turn = 0;
  for (const character of text) {
    turn += 1;
    const matched = current.flatMap((index) => (states[index]?.test?.(character) === true ? [states[index].next] : []));
    if (matched.length === 0) return false;
    current = reach(states, matched, { seen, turn });
  }
  return current.includes(0);
}

/** All states that can be reached without a further character, each once. */
function reach(states: readonly State[], from: readonly number[], { seen, turn }: { seen: Int32Array; turn: number }): readonly number[] {
  const reached: number[] = [];
  const waiting = [...from];
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    if (seen[index] === turn) continue;
    seen[index] = turn;
    reached.push(index);
    waiting.push(...(states[index]?.free ?? []));
  }
  return reached;
}
