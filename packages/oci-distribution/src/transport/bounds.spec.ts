import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { BOUNDS } from './bounds';

const PAGE = join(__dirname, '../../../../docs/operate/waiting.md');

function describeBound(name: string, value: number): string {
  if (name.endsWith('Ms')) return `${value / 1000} s`;
  return name.endsWith('PerSecond') ? `${value} bytes` : `${value}`;
}

it('the table of time limits in docs/operate/waiting.md matches the code', () => {
  const rows = [...readFileSync(PAGE, 'utf8').matchAll(/^\| `(\w+)` *\| ([^|]*?) *\|/gm)].map(([, name, value]) => [name, value]);
  expect(rows).toEqual(expect.arrayContaining(Object.entries(BOUNDS).map(([name, value]) => [name, describeBound(name, value)])));
  expect(rows).toHaveLength(Object.keys(BOUNDS).length);
});
