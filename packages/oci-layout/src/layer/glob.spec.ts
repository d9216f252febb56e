import { toFailWithCode } from '@nx-oci/model/testing';

import { compileGlob } from './glob';

expect.extend({ toFailWithCode });

describe('compileGlob', () => {
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
    ['a,b', 'a,b', true],
    ['[a-c].js', 'b.js', true],
    ['[!a-c].js', 'b.js', false],
    ['[!a].js', '/.js', false],
    ['main.js', 'mainxjs', false],
    ['(a)+$^|.js', '(a)+$^|.js', true],
    ['日本/*', '日本/🙂', true],
    ['a?c', 'a🙂c', true],
  ])('%s on %s: %s', (pattern, path, expected) => {
    expect(compileGlob(pattern).matches(path)).toBe(expected);
  });

  it.each(['', '/', '../dist', 'a/../b', 'dist\\*.js', '{a,b', 'a}', '[z-a]'])('refuses %j, with the way to write it', async (pattern) => {
    await expect(Promise.resolve().then(() => compileGlob(pattern))).toFailWithCode('OPTIONS_INVALID', /is not a pattern/);
  });
});
