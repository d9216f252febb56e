import { chooseOutputMode, isKept, isSeen, type OutputMode, type OutputModeClues } from './output-mode';

const TERMINAL = { columns: 120, rows: 40 };
const nx = (...words: readonly string[]) => ({ pid: 1, argv: ['node', '/somewhere/.bin/nx', ...words], terminal: TERMINAL });
const RUN_ONE = nx('run', 'api:publish');
const RUN_MANY = nx('run-many', '-t', 'publish');
const ALONE = { isLast: true, isAskedFor: true, hasEndless: false };
const AMONG_OTHERS = { isLast: false, isAskedFor: true, hasEndless: false };

const batch = (clues: Partial<OutputModeClues>): OutputMode =>
  chooseOutputMode({ isBatch: true, isTerminal: false, taskCount: 2, env: { NX_TUI: 'false' }, nx: undefined, part: ALONE, ...clues });
const task = (clues: Partial<OutputModeClues>): OutputMode =>
  chooseOutputMode({ isBatch: false, isTerminal: false, taskCount: 2, env: { NX_TUI: 'false' }, nx: undefined, part: ALONE, ...clues });

describe('a batch', () => {
  it('prints lines without a terminal, or if it is unknown', () => {
    expect(batch({})).toBe('lines');
    expect(batch({ nx: { pid: 1, argv: RUN_MANY.argv } })).toBe('lines');
  });

  it('is hidden in GitHub Actions, where Nx holds back its output', () => {
    expect(batch({ env: { GITHUB_ACTIONS: 'true' } })).toBe('hidden');
  });

  it('has a pane in the terminal interface of Nx, on every system', () => {
    expect(batch({ env: { NX_TUI: 'true' } })).toBe('pane');
    expect(batch({ env: { NX_TUI: 'true' }, nx: RUN_MANY, part: AMONG_OTHERS })).toBe('pane');
  });

  it('has the screen to itself when everything else has ended', () => {
    expect(batch({ nx: RUN_ONE })).toBe('screen');
    expect(batch({ nx: nx('run-many', '-t', 'publish', '--output-style=stream') })).toBe('screen');
  });

  it('prints lines while others may print', () => {
    expect(batch({ nx: RUN_ONE, part: AMONG_OTHERS })).toBe('lines');
    expect(batch({ nx: nx('run-many', '-t', 'publish', '--output-style=stream'), part: AMONG_OTHERS })).toBe('lines');
  });

  it('prints nothing while Nx draws a list', () => {
    expect(batch({ nx: RUN_MANY })).toBe('list');
    expect(batch({ nx: nx('affected', '-t', 'publish') })).toBe('list');
    expect(batch({ nx: RUN_ONE, part: { ...AMONG_OTHERS, isAskedFor: false } })).toBe('list');
  });

  it('is hidden by the output style with a summary only', () => {
    expect(batch({ nx: nx('run', 'api:publish', '--output-style=summary') })).toBe('hidden');
  });
});

describe('a single task', () => {
  it('is shown by Nx if it is the only one, or if it has a terminal', () => {
    expect(task({ taskCount: 1 })).toBe('lines');
    expect(task({ taskCount: 2 })).toBe('hidden');
    expect(task({ isTerminal: true })).toBe('screen');
    expect(task({ isTerminal: true, nx: RUN_ONE })).toBe('screen');
  });

  it('has a pane in a run of many, unless Nx was asked to stream', () => {
    expect(task({ isTerminal: true, nx: RUN_MANY })).toBe('pane');
    expect(task({ isTerminal: true, nx: nx('run-many', '-t', 'publish', '--output-style=stream-without-prefixes') })).toBe('screen');
  });
});

it('determines which output is visible, and which remains at the end', () => {
  const modes: readonly OutputMode[] = ['screen', 'pane', 'lines', 'list', 'hidden'];
  expect(modes.filter(isSeen)).toEqual(['screen', 'pane', 'lines']);
  expect(modes.filter(isKept)).toEqual(['screen', 'lines']);
});
