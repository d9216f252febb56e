import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { imageFolder } from '../engines/image-folder';
import { RunFolder } from '../run/run-folder';
import { makePublishing, type Publishing } from './testing/publishing';

describe('an image whose tags another process of the run sets', () => {
  let registry: RunningRegistry;
  let publishing: Publishing;

  beforeEach(async () => {
    registry = await startRegistry();
    publishing = makePublishing(`{ host: '${registry.host}' }`);
    for (const project of ['app', 'web']) await publishing.build(project, { layers: 1 });
  });

  afterEach(async () => {
    publishing.workspace.remove();
    await registry.close();
  });

  const run = { run: 'run', siblings: ['app', 'web'] };
  const statesOf = async () =>
    (await new RunFolder(join(publishing.workspace.root, '.nx/runs/run')).notes()).map(({ taskId, state }) => [taskId, state]);
  const reportOf = (project: string): unknown =>
    JSON.parse(readFileSync(join(imageFolder(publishing.workspace.root, project), 'report.json'), 'utf8'));

  it('is staged until that happens, and says so', async () => {
    await publishing.publish({ ...run, projects: ['app'] });
    expect(await statesOf()).toEqual([['app:publish', 'staged']]);
    expect(reportOf('app')).toMatchObject({ outcome: 'staged', reason: expect.stringContaining('tags move with the last image') });
  });

  it('stays tagged, also where that happens before its own process has looked for the others', async () => {
    const publishWeb = async (): Promise<void> => {
      await publishing.publish({ ...run, projects: ['web'] });
    };
    const results = await publishing.publish({ ...run, projects: ['app'], onceStaged: publishWeb });
    expect([...results.values()]).toMatchObject([{ success: true }]);
    expect(await statesOf()).toEqual([
      ['app:publish', 'tagged'],
      ['web:publish', 'tagged'],
    ]);
    for (const project of ['app', 'web']) {
      expect(reportOf(project)).toMatchObject({ outcome: 'published' });
      expect(reportOf(project)).not.toHaveProperty('reason');
    }
  });
});
