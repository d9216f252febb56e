import { parseDocument } from 'yaml';

import { grantsPackages } from './grants-packages';

it.each([
  ['permissions:\n  packages: write # ghcr.io\n', true],
  ["permissions: { packages: 'write' }\n", true],
  ['permissions: write-all\n', true],
  ['jobs:\n  a:\n    permissions: { packages: write }\n', true],
  ['permissions: read-all\n', false],
  ['permissions: { contents: write, packages: read }\n', false],
  ['jobs:\n  a: {}\n', false],
  ['', false],
])('finds in %j: %j', (text, expected) => {
  expect(grantsPackages(parseDocument(text))).toBe(expected);
});
