import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { imageFolder } from '../engines/names/image-folder';
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
    (await new RunFolder(join(publishing.workspace.root, '.nx/runs/run')).records()).map(({ taskId, state }) => [taskId, state]);
  const reportOf = (project: string): unknown =>
    JSON.parse(readFileSync(join(imageFolder(publishing.workspace.root, project), 'report.json'), 'utf8'));

  it('is staged until that happens, and reports that', async () => {
    await publishing.publish({ ...run, projects: ['app'] });
    expect(await statesOf()).toEqual([['app:publish', 'staged']]);
    expect(reportOf('app')).toMatchObject({ outcome: 'staged', reason: expect.stringContaining('tags move with the last image') });
  });

  it('is not handed over by a process that was stopped', async () => {
    const stop = new AbortController();
    await publishing.build('slow', { layers: 1 });
    const own = ['app', 'slow'].map((project) => `${project}:publish`);
    const shared = { taskIds: ['app:publish', 'web:publish'], stoppedBy: ['app:publish', 'web:publish'] };
    const alone = { taskIds: ['slow:publish'], stoppedBy: ['slow:publish'] };
    registry.faults.add({ method: 'PUT', path: /slow\/blobs/, times: Infinity, delayMs: 600_000 });
    const isStaged = (): boolean =>
      registry.log.entries().some(({ method, path, status }) => method === 'PUT' && path.includes('app/manifests') && status === 201);
    const stopOnceStaged = async (): Promise<void> => {
      while (!isStaged()) await sleep(20);
      // The registry has answered; the publish, in this same process, must receive the answer, too.
      await sleep(500);
      stop.abort();
    };
    const publish = { run: 'run', siblings: ['app', 'slow', 'web'], projects: ['app', 'slow'], groups: [shared, alone] };
    const [results] = await Promise.all([publishing.publish({ ...publish, signal: stop.signal }), stopOnceStaged()]);
    expect(own.map((id) => results.get(id)?.success)).toEqual([false, false]);
    expect(results.get('app:publish')?.text).toContain('no tag has moved: the run was stopped');
    expect(reportOf('app')).toMatchObject({ outcome: 'staged', reason: expect.stringContaining('no tag has moved') });

    const others = await publishing.publish({ ...run, projects: ['web'], groups: [shared] });
    expect(others.get('web:publish')).toMatchObject({ success: false, text: expect.stringContaining('app:publish failed') });
    for (const project of ['app', 'web']) {
      expect((await fetch(`${registry.url}/v2/${project}/manifests/latest`)).status).toBe(404);
    }
  });

  it('says nothing more when its process is stopped after that', async () => {
    const stop = new AbortController();
    const publishWeb = async (): Promise<void> => {
      await publishing.publish({ ...run, projects: ['web'] });
      stop.abort();
    };
    const results = await publishing.publish({ ...run, projects: ['app'], signal: stop.signal, onceStaged: publishWeb });
    expect([...results.values()]).toMatchObject([{ success: false, text: expect.stringContaining('stopped before nx-oci knew') }]);
    expect(await statesOf()).toEqual([
      ['app:publish', 'tagged'],
      ['web:publish', 'tagged'],
    ]);
    expect(reportOf('app')).toMatchObject({ outcome: 'published' });
  });

  it('stays tagged, even if that happens before its own process has read the records of the others', async () => {
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
