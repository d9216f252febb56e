import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { versionAbove } from './version-above';

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'version-above-'))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

it.each(['.', 'dist', 'src/program', 'dist/third-party/deep'])('finds the version of a package for what lies in %s', (place) => {
  writeFileSync(join(root, 'package.json'), '{"version":"4.5.6"}');
  mkdirSync(join(root, place), { recursive: true });
  expect(versionAbove(join(root, place))).toBe('4.5.6');
});

it('takes the nearest package.json', () => {
  writeFileSync(join(root, 'package.json'), '{"version":"1.0.0"}');
  mkdirSync(join(root, 'node_modules/inner/dist'), { recursive: true });
  writeFileSync(join(root, 'node_modules/inner/package.json'), '{"version":"2.0.0"}');
  expect(versionAbove(join(root, 'node_modules/inner/dist'))).toBe('2.0.0');
});
