import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { makePublishing, type Publishing } from './testing/publishing';

// Each one builds and publishes several times.
jest.setTimeout(60_000);

describe('an image that is older than its sources', () => {
  let registry: RunningRegistry;
  let publishing: Publishing;

  beforeEach(async () => {
    registry = await startRegistry();
    publishing = makePublishing(`{ host: '${registry.host}' }`);
    await publishing.build('app', { layers: 1 });
  });

  afterEach(async () => {
    publishing.workspace.remove();
    await registry.close();
  });

  it.each([true, false])('is refused before any registry hears of it (dry run: %s)', async (dryRun) => {
    publishing.workspace.write('dist/layers/app/0/data', 'newer');
    const results = await publishing.publish({ options: { dryRun } });
    expect(results.get('app:publish')).toMatchObject({
      success: false,
      text: expect.stringContaining('its image is older than its sources: dist/layers/app/0/data has changed since it was built'),
    });
    expect(registry.log.entries()).toEqual([]);
  });

  it('is published again once it was built again', async () => {
    publishing.workspace.write('dist/layers/app/0/data', 'newer');
    await publishing.build('app', { layers: 1 });
    expect((await publishing.publish()).get('app:publish')).toMatchObject({ success: true });
  });

  it('is published, with a notice, if its sources are not in this checkout', async () => {
    rmSync(join(publishing.workspace.root, 'dist/layers'), { recursive: true });
    expect((await publishing.publish()).get('app:publish')).toMatchObject({ success: true });
    expect(publishing.takePrinted()).toContain('app: not compared with its sources, because some are missing here (dist/layers/app/0).');
  });
});
