import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { imageFolder } from '../../engines/names/image-folder';
import { RunFolder } from '../../run/run-folder';
import { skipTasks } from '../report/skip-task';
import { reasonToSkip } from './skip-fork';

describe('a pull request of a fork', () => {
  it('is a reason to publish nothing, which says whose it is', () => {
    const pullRequest = { number: '7', isFork: true, source: 'mallory/shop' };
    expect(reasonToSkip({ system: 'GitHub Actions', event: 'pullRequest', pullRequest })).toBe(
      'pull request 7 comes from the fork mallory/shop, according to GitHub Actions: its image is built but not pushed',
    );
    expect(reasonToSkip({ event: 'pullRequest', pullRequest: { ...pullRequest, isFork: false } })).toBeUndefined();
    expect(reasonToSkip({ event: 'local' })).toBeUndefined();
  });

  it('succeeds, and is shown and reported', async () => {
    const workspaceRoot = mkdtempSync(join(tmpdir(), 'nx-oci-fork-'));
    try {
      const said: string[] = [];
      const run = new RunFolder<never>(join(workspaceRoot, 'run'));
      const task = { taskId: 'app:publish', project: 'app', projectRoot: '.', options: {} };
      const results = await skipTasks([task], 'it is a fork', { workspaceRoot, env: {}, run, print: (text) => said.push(text) });
      expect(results.get('app:publish')).toEqual({ success: true, text: 'Skipped: it is a fork.' });
      expect(said).toEqual(['app: skipped: it is a fork.']);
      const report: unknown = JSON.parse(readFileSync(join(imageFolder(workspaceRoot, 'app'), 'report.json'), 'utf8'));
      expect(report).toMatchObject({ project: 'app', outcome: 'skipped', reason: 'it is a fork' });
    } finally {
      rmSync(workspaceRoot, { recursive: true });
    }
  });
});
