import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { readTrackedFiles, trackedFiles } from './tracked-files';

describe('the tracked files', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'nx-oci-tracked-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  async function write(...files: readonly string[]): Promise<void> {
    for (const file of files) {
      await mkdir(dirname(join(root, file)), { recursive: true });
      await writeFile(join(root, file), 'dist\n');
    }
  }

  it('are those that git tracks or does not ignore, relative to a workspace in a subfolder', async () => {
    execFileSync('git', ['init', '-q'], { cwd: root });
    await write('.gitignore', 'other/x', 'web/nx.json', 'web/apps/ä b/main.ts', 'web/dist/apps/api/main.js');
    const tracked = await readTrackedFiles(join(root, 'web'));
    const found = ['.', 'nx.json', 'apps', 'apps/ä b', 'apps/ä b/main.ts', 'dist', 'dist/apps/api', 'other'].filter((path) =>
      tracked?.has(path),
    );
    expect(found).toEqual(['.', 'nx.json', 'apps', 'apps/ä b', 'apps/ä b/main.ts']);
  });

  it('are unknown without a repository', async () => {
    await write('nx.json');
    expect(await readTrackedFiles(root)).toBeUndefined();
  });

  it.each([
    ['*.json', true],
    ['apps/*/src', true],
    ['apps/*/none', false],
    ['apps/?pi/src/*.ts', true],
    ['apps/[a-c]pi', true],
    ['apps/[^a]pi', false],
    ['apps/**', true],
    ['none/**', false],
    ['p*k*e.json', true],
    ['\\*.json', false],
    [`${'*a'.repeat(30)}b`, false],
  ])('match the pattern %j: %j', (pattern, isMatch) => {
    expect(trackedFiles(['package.json', 'apps/api/src/main.ts', 'a'.repeat(200)]).matches(pattern)).toBe(isMatch);
  });
});
