import { paneIn, screenFor } from './progress-screen';

const pipe = { write: () => true } as unknown as NodeJS.WriteStream;

it('draws as wide as the terminal that a pipe ends in', () => {
  expect(screenFor('screen', pipe, { columns: 200, rows: 50 })).toMatchObject({ columns: 200, rows: 50 });
  expect(screenFor('lines', pipe, undefined)).not.toHaveProperty('columns');
});

it('draws as narrow as a pane is, in terminals of the sizes that Nx was looked at in', () => {
  const inner = [80, 100, 120].map((columns) => paneIn({ columns, rows: 40 }).columns);
  expect(inner).toEqual([46, 59, 72]);
  expect(screenFor('pane', pipe, undefined)).toMatchObject({ columns: 46, rows: 14 });
});

it('leaves a terminal of the task itself to itself, which knows its size at any time', () => {
  const terminal = { isTTY: true, write: () => true } as unknown as NodeJS.WriteStream;
  expect(screenFor('pane', terminal, { columns: 200, rows: 50 })).toBe(terminal);
});
