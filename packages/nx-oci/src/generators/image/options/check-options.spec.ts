import { checkOptions } from './check-options';
import { type ImageOptions } from './image-options';

const check = (options: Partial<ImageOptions>) => checkOptions({ project: 'api', ...options });

it.each<Partial<ImageOptions>>([
  {},
  { base: 'scratch' },
  { base: 'node:22-slim', from: 'dist/apps/api', to: '/app' },
  { base: 'layout:dist/images/base', from: '.', to: '/' },
  { base: `ghcr.io/acme/base@sha256:${'a'.repeat(64)}`, from: '{projectRoot}/dist', to: '/srv/www/' },
  { from: '..data/files', context: '.' },
  { context: 'apps\\api' },
  { from: 'apps/../dist/api', to: '/a b' },
])('accepts %j', (options) => {
  expect(check(options)).toEqual([]);
});

it.each<[Partial<ImageOptions>, string]>([
  [{ base: '' }, '`--base`: '],
  [{ base: 'Node:22' }, '`--base`: '],
  [{ base: 'https://ghcr.io/acme/base' }, '`--base`: '],
  [{ base: 'node:22; id' }, '`--base`: '],
  [{ base: 'layout:../other' }, '`--base` names "../other", outside of the workspace'],
  [{ from: '/etc' }, '`--from` names "/etc", outside of the workspace'],
  [{ from: 'dist/../..' }, 'outside of the workspace'],
  [{ from: 'C:\\dist' }, 'outside of the workspace'],
  [{ from: 'dist\\api' }, '`--from` is "dist\\\\api" → write a path with / alone'],
  [{ from: 'dist\n' }, '`--from` is "dist\\n"'],
  [{ from: 'a/.git/hooks' }, 'the git repository itself'],
  [{ to: 'app' }, 'use --to=/app'],
  [{ to: './app' }, 'use --to=/app'],
  [{ to: '/app/../..' }, 'use --to=/'],
  [{ to: '\\app' }, 'use --to=/app'],
  [{ to: '/a\u001b[2J' }, '`--to` is "/a\\u001b[2J"'],
  [{ context: '../shop' }, '`--context` names "../shop", outside of the workspace'],
])('refuses %j with the fix', (options, problem) => {
  expect(check(options)).toEqual([expect.stringContaining(problem)]);
  expect(check(options)[0]).toContain(' → ');
});

it('does not show the password of a base', () => {
  expect(check({ base: 'robot:hunter2@corp.lan/base' }).join()).not.toContain('hunter2');
});
