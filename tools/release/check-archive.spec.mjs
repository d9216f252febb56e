/* global describe, it, expect, beforeEach, afterEach */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { checkArchive } from './check-archive.mjs';

const MANIFEST = {
  name: 'greeter',
  description: 'Greets.',
  license: 'MIT',
  repository: { url: 'here' },
  keywords: ['hello'],
  engines: { node: '>=20' },
  main: './dist/index.js',
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' }, './more/*': './dist/more/*' },
  bin: { greet: './bin/greet.js' },
};
const FILES = ['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts', 'bin/greet.js'];

describe('the archive of a published package', () => {
  let folder;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'archive-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const archiveOf = (files) => {
    for (const file of files) {
      mkdirSync(dirname(join(folder, 'package', file)), { recursive: true });
      writeFileSync(join(folder, 'package', file), '');
    }
    return execFileSync('tar', ['-czf', '-', ...files.map((file) => `package/${file}`)], { cwd: folder });
  };

  it('is good with what package.json names', () => {
    expect(checkArchive(archiveOf(FILES), MANIFEST)).toBe(FILES.length);
  });

  it.each(FILES)('is refused without %s', (file) => {
    expect(() => checkArchive(archiveOf(FILES.filter((other) => other !== file)), MANIFEST)).toThrow(`greeter lacks ${file}`);
  });

  it.each(['dist/a.spec.d.ts', 'dist/testing/b.js', 'src/index.ts', 'tmp/x', 'dist/tsconfig.tsbuildinfo'])(
    'is refused with %s, which only we need',
    (file) => {
      expect(() => checkArchive(archiveOf([...FILES, file]), MANIFEST)).toThrow(`greeter contains ${file}.`);
    },
  );

  it.each(['description', 'license', 'repository', 'keywords', 'engines'])('is refused without %s in its package.json', (field) => {
    expect(() => checkArchive(archiveOf(FILES), { ...MANIFEST, [field]: undefined })).toThrow(`greeter says no ${field}.`);
  });
});
