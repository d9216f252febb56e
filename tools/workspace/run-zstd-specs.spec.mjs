/* global describe, it, expect, beforeAll, afterAll */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runJest } from './run-jest.mjs';
import { runZstdSpecs } from './run-zstd-specs.mjs';

// Each Node is known to the specs by what is first on its PATH, so that one Node is enough here.
const SPEC = `
const isNewer = process.env.PATH.startsWith(__dirname);
const whenNewer = isNewer ? it : it.skip;
it('works with gzip', () => {});
it('names zstd in its messages', () => {});
whenNewer('works with zstd', () => {});
it.skip('needs bun', () => {});
it.skip('is pulled, with zstd, by podman', () => {});
`;
const OTHER = `
const isNewer = process.env.PATH.startsWith(__dirname);
it('runs once', () => {
  if (isNewer) throw new Error('it ran again');
});
`;
const FAILING = `(process.env.PATH.startsWith(__dirname) ? it : it.skip)('packs with zstd', () => { throw new Error('wrong bytes'); });`;

describe('specs that this Node has no zstd for', () => {
  let root;
  let node;
  const args = () => ['--config', JSON.stringify({ rootDir: root, testMatch: ['**/*.spec.js'], transform: {}, reporters: [] })];
  const runFirst = () => runJest('zstd-spec', [...args(), '--runInBand']);
  const namesOf = (tests) => tests.map(({ name }) => name).sort();

  beforeAll(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'zstd-specs-')));
    mkdirSync(join(root, 'bin'));
    node = join(root, 'bin/node');
    symlinkSync(process.execPath, node);
    writeFileSync(join(root, 'image.spec.js'), SPEC);
    writeFileSync(join(root, 'other.spec.js'), OTHER);
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('run with another Node, and are skipped no longer', async () => {
    const first = await runFirst();
    expect(namesOf(first.skipped)).toEqual(['is pulled, with zstd, by podman', 'needs bun', 'works with zstd']);
    const both = await runZstdSpecs(first, node, args());
    expect(both.failed).toBe(0);
    expect(namesOf(both.passed)).toEqual(['names zstd in its messages', 'runs once', 'works with gzip', 'works with zstd']);
    expect(namesOf(both.skipped)).toEqual(['is pulled, with zstd, by podman', 'needs bun']);
  });

  it('are skipped as before where no other Node is installed, and nothing runs again where none was skipped', async () => {
    const first = await runFirst();
    expect(await runZstdSpecs(first, undefined, args())).toBe(first);
    const complete = { ...first, skipped: first.skipped.filter(({ name }) => name === 'needs bun') };
    expect(await runZstdSpecs(complete, node, args())).toBe(complete);
  });

  it('fail the run where they fail with the other Node', async () => {
    writeFileSync(join(root, 'failing.spec.js'), FAILING);
    const both = await runZstdSpecs(await runFirst(), node, args());
    expect(both.failed).toBe(1);
    expect(namesOf(both.skipped)).not.toContain('packs with zstd');
  });
});
