import { drawsTaskList, isRunOfMany, outputStyleOf } from './draws-task-list';

const nx = (...words: readonly string[]) => ['node', '/somewhere/.bin/nx', ...words];
const RUN_MANY = nx('run-many', '-t', 'publish');

describe('drawsTaskList', () => {
  it('is true by default', () => {
    expect(drawsTaskList({ argv: RUN_MANY, env: { NX_TUI: 'false' }, hasEndless: false })).toBe(true);
    expect(drawsTaskList({ argv: [...RUN_MANY, '--output-style=dynamic-legacy'], env: {}, hasEndless: false })).toBe(true);
  });

  it.each([
    ['static', ['--output-style=static'], {}],
    ['static-failures-only', ['--outputStyle', 'static-failures-only'], {}],
    ['stream', ['--outputStyle=stream'], {}],
    ['a style of the environment', [], { NX_DEFAULT_OUTPUT_STYLE: 'static' }],
    ['verbose', [], { NX_VERBOSE_LOGGING: 'true' }],
    ['streams', [], { NX_STREAM_OUTPUT: 'true' }],
    ['batches that were asked for', [], { NX_BATCH_MODE: 'true' }],
    ['CI', [], { CI: 'true' }],
    ['its switch', [], { NX_TASKS_RUNNER_DYNAMIC_OUTPUT: 'false' }],
  ] as const)('is false with %s', (_what, words, env) => {
    expect(drawsTaskList({ argv: [...RUN_MANY, ...words], env, hasEndless: false })).toBe(false);
  });

  it('is false while a server runs beside the tasks', () => {
    expect(drawsTaskList({ argv: RUN_MANY, env: {}, hasEndless: true })).toBe(false);
  });

  it('ignores the variable of --batch, which is set too late', () => {
    expect(drawsTaskList({ argv: [...RUN_MANY, '--batch'], env: { NX_STREAM_OUTPUT: 'true' }, hasEndless: false })).toBe(true);
  });
});

describe('outputStyleOf', () => {
  it('prefers the command line to the environment', () => {
    expect(outputStyleOf([...RUN_MANY, '--output-style=stream'], { NX_DEFAULT_OUTPUT_STYLE: 'static' })).toBe('stream');
    expect(outputStyleOf([...RUN_MANY, '--output-style', 'stream'], {})).toBe('stream');
  });

  it('is that of releases by default', () => {
    expect(outputStyleOf(nx('release', 'publish'), {})).toBe('static');
    expect(outputStyleOf(RUN_MANY, {})).toBeUndefined();
  });
});

it('distinguishes runs of many projects from those of one', () => {
  expect([RUN_MANY, nx('affected', '-t', 'publish')].map(isRunOfMany)).toEqual([true, true]);
  expect([nx('run', 'api:publish'), nx('publish', 'api')].map(isRunOfMany)).toEqual([false, false]);
});
