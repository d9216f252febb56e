import { compileNameGlob, compilePathGlob, MAX_GLOB_LENGTH } from './glob';
import { fc } from '../testing/fast-check';
import { toFailWithCode } from '../testing/to-fail-with-code';

expect.extend({ toFailWithCode });

describe('compileNameGlob', () => {
  it.each([
    ['main', 'main', true],
    ['main', 'mai', false],
    ['feat/x', 'feat/*', true],
    ['feat/x/y', 'feat/*', false],
    ['feat/x/y', 'feat/**', true],
    ['main', '**/main', false],
    ['v1.2', 'v?.?', true],
    ['a/b', 'a?b', false],
    ['🙂', '?', true],
    ['', '*', true],
    ['', '', true],
    ['a+b', 'a+b', true],
    ['{a,b}', '{a,b}', true],
    ['[a]', '[a]', true],
  ])('%j against %j: %s', (text, pattern, expected) => expect(compileNameGlob(pattern).matches(text)).toBe(expected));
});

describe('compilePathGlob', () => {
  it.each([
    ['*.js', 'main.js', true],
    ['*.js', 'dist/main.js', false],
    ['**/*.js', 'main.js', true],
    ['**/*.js', 'a/b/main.js', true],
    ['dist/**', 'dist/a/b', true],
    ['dist/**', 'distant', false],
    ['node_modules', 'node_modules/a/index.js', true],
    ['node_modules/', 'node_modules/a', true],
    ['./dist', 'dist', true],
    ['node_modules', 'a/node_modules', false],
    ['**/node_modules', 'a/node_modules/b', true],
    ['*', '.env', true],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['*.{js,css}', 'main.css', true],
    ['*.{js,css}', 'main.ts', false],
    ['{a,b/{c,d}}.js', 'b/d.js', true],
    ['a{,b}', 'a', true],
    ['a,b', 'a,b', true],
    ['[a-c].js', 'b.js', true],
    ['[!a-c].js', 'b.js', false],
    ['[!a].js', '/.js', false],
    ['[a^]', '^', true],
    ['main.js', 'mainxjs', false],
    ['(a)+$^|.js', '(a)+$^|.js', true],
    ['日本/*', '日本/🙂', true],
    ['a?c', 'a🙂c', true],
    ['a', 'a\nb', false],
  ])('%s on %s: %s', (pattern, path, expected) => {
    expect(compilePathGlob(pattern).matches(path)).toBe(expected);
  });

  it.each(['', '/', '../dist', 'a/../b', 'dist\\*.js', '{a,b', 'a}', '[z-a]', 'a'.repeat(MAX_GLOB_LENGTH + 1)])(
    'refuses %j, with the way to write it',
    async (pattern) => {
      await expect(Promise.resolve().then(() => compilePathGlob(pattern))).toFailWithCode('OPTIONS_INVALID', /is not a valid file pattern/);
    },
  );
});

/** What the words of the patterns say, tried in every way: slow, and plain to read. */
function matchesSlowly(tokens: readonly string[], text: string): boolean {
  const [token, ...rest] = tokens;
  if (token === undefined) return text === '' || text.startsWith('/');
  const splits = Array.from({ length: text.length + 1 }, (_, at) => [text.slice(0, at), text.slice(at)] as const);
  const follows = (fits: (taken: string) => boolean) => splits.some(([taken, left]) => fits(taken) && matchesSlowly(rest, left));
  if (token === '**/')
    return follows(
      (taken) =>
        taken === '' ||
        (taken.endsWith('/') &&
          taken
            .slice(0, -1)
            .split('/')
            .every((name) => name !== '')),
    );
  if (token === '**') return follows(() => true);
  if (token === '*') return follows((taken) => !taken.includes('/'));
  if (token === '?') return follows((taken) => taken.length === 1 && taken !== '/');
  const ways = /^\{(.*)\}$/.exec(token)?.[1]?.split(',');
  if (ways !== undefined) return ways.some((way) => matchesSlowly([...(way.match(/\*\*\/|\*\*|./g) ?? []), ...rest], text));
  return text.startsWith(token) && matchesSlowly(rest, text.slice(1));
}

describe('every pattern', () => {
  // A pattern may neither begin with a slash nor end in one: both are taken off.
  const token = fc.constantFrom('a', 'b', '*', '?', '**', '{a,b}', '{*,?}', '{ab,}', '{**/a,b}');
  const tokens = fc
    .tuple(fc.array(fc.oneof(token, fc.constantFrom('/', '**/')), { maxLength: 5 }), token)
    .map(([some, last]) => [...some, last])
    .filter((list) => !list[0]!.startsWith('/') && !/\*\*\*|^\.?\//.test(list.join('')));
  const text = fc.array(fc.constantFrom('a', 'b', '/'), { maxLength: 8 }).map((characters) => characters.join(''));

  it('agrees with a simple, slow matcher', () => {
    fc.assert(
      fc.property(tokens, text, (list, path) => {
        // `**` and `/` side by side are one token.
        const whole = list.join('').match(/\{[^}]*\}|\*\*\/|\*\*|./g)!;
        expect(compilePathGlob(list.join('')).matches(path)).toBe(matchesSlowly(whole, path));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['stars between letters', '*a'.repeat(200) + 'b', 'a'.repeat(2000)],
    ['alternatives of stars', '{*,?}'.repeat(12) + 'b', 'a'.repeat(2000)],
    ['any folders', '**/'.repeat(10) + 'b', 'a/'.repeat(1000) + 'a'],
    ['folders of stars', '**/*'.repeat(50) + 'b', 'a/'.repeat(1000) + 'a'],
    ['alternatives in alternatives', '{*,'.repeat(100) + '?' + '}'.repeat(100) + 'b', 'a'.repeat(2000)],
  ])('takes no time to speak of for %s', (_what, pattern, hostile) => {
    const start = performance.now();
    expect(compilePathGlob(pattern).matches(hostile)).toBe(false);
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
