import { paneIn, screenFor } from './progress-screen';

const pipe = { write: () => true } as unknown as NodeJS.WriteStream;

it('is as wide as the terminal at the end of a pipe', () => {
  expect(screenFor('screen', pipe, { columns: 200, rows: 50 })).toMatchObject({ columns: 200, rows: 50 });
  expect(screenFor('lines', pipe, undefined)).not.toHaveProperty('columns');
});

it('is as narrow as a pane, in terminals of all observed sizes', () => {
  const inner = [80, 100, 120].map((columns) => paneIn({ columns, rows: 40 }).columns);
  expect(inner).toEqual([46, 59, 72]);
  expect(screenFor('pane', pipe, undefined)).toMatchObject({ columns: 46, rows: 14 });
});

it('uses the current size of the task’s own terminal', () => {
  const terminal = { isTTY: true, write: () => true } as unknown as NodeJS.WriteStream;
  expect(screenFor('pane', terminal, { columns: 200, rows: 50 })).toBe(terminal);
});
