import { OciError } from '../errors/oci-error';

/** A pattern, ready to be asked. */
export interface Glob {
  readonly pattern: string;
  /** Takes time in proportion to the length of the pattern times that of the text, whatever both are. */
  matches(text: string): boolean;
}

/** Longest pattern that is taken, in characters. */
export const LONGEST_GLOB = 4096;

/**
 * Compiles a pattern for names, such as those of branches and projects: `*` and `?` stand for any characters, or for one, but
 * `/`; `**` for any characters at all. Everything else means itself.
 *
 * @throws OciError `OPTIONS_INVALID` for a pattern longer than `LONGEST_GLOB`.
 */
export function compileNameGlob(pattern: string): Glob {
  return makeGlob(pattern, readSequence(makeCursor(pattern, NAME_TOKEN), 0));
}

/**
 * Compiles a pattern for paths relative to a folder, with `/` on every system.
 *
 * `*` and `?` stay within one name, `**` crosses folders, `{a,b}` are alternatives, `[a-z]` one of a set, `[!a-z]` one of the
 * others. Names that start with a dot are names like any other. A pattern that names a folder means everything below it too;
 * one without a slash still means a path from the root, as in `.dockerignore`.
 *
 * @throws OciError `OPTIONS_INVALID`
 */
export function compilePathGlob(pattern: string): Glob {
  const normal = pattern.replace(/^(?:\.?\/)+/, '').replace(/(?<!\/)\/+$/, '');
  if (normal === '' || normal.includes('\\') || normal.split('/').includes('..') || !hasWholeGroups(normal)) throw notAPattern(pattern);
  return makeGlob(pattern, [...readSequence(makeCursor(pattern, PATH_TOKEN, normal), 0), { kind: 'below' }]);
}

/** Whether any of the patterns matches; each that does is noted in `used`. All are asked, so that none looks unused. */
export function matchesAny(globs: readonly Glob[], text: string, used: Set<Glob>): boolean {
  const matching = globs.filter((glob) => glob.matches(text));
  for (const glob of matching) used.add(glob);
  return matching.length > 0;
}

function notAPattern(pattern: string): OciError {
  const shown = pattern.length > 100 ? `${pattern.slice(0, 100)}…` : pattern;
  return new OciError('OPTIONS_INVALID', `${JSON.stringify(shown)} is not a pattern for files.`, {
    hint: 'Write a relative path with "/", such as "dist/**/*.js": * ? ** {a,b} [a-z] are understood, ".." is not.',
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

/** Whether a character (a code point) is one of those that are meant. */
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
  if (text.length > LONGEST_GLOB) throw notAPattern(pattern);
  return { pattern, tokens: text.match(token) ?? [], hasGroups: token === PATH_TOKEN, next: 0 };
}

/** Up to the end, or to what ends an alternative. */
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
    if (high !== undefined && high < low) throw notAPattern(pattern);
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

/** A step of the machine: with a character that passes `test` on to `next`, or without any on to each of `free`. */
interface State {
  readonly test?: Test;
  next: number;
  free: readonly number[];
}

/**
 * A machine that is in many states at once (Thompson, 1968): it never tries a way again, so that nothing backtracks.
 */
function makeGlob(pattern: string, parts: readonly Part[]): Glob {
  const states: State[] = [{ next: 0, free: [] }];
  const start = addSequence(states, parts, 0);
  return { pattern, matches: (text) => run(states, start, text) };
}

/** Adds the parts from the last to the first, and says where the first begins. */
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
    const passed = current.flatMap((index) => (states[index]?.test?.(character) === true ? [states[index].next] : []));
    if (passed.length === 0) return false;
    current = reach(states, passed, { seen, turn });
  }
  return current.includes(0);
}

/** All states that are reached without a further character, each once. */
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
