import { startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { makePublishing, type Publishing } from './testing/publishing';

describe('the point from which a publish is no longer stopped', () => {
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

  const puts = (path: RegExp) => registry.log.entries().filter((entry) => entry.method === 'PUT' && path.test(entry.path)).length;

  it('is passed once, when all content is staged and no tag is set', async () => {
    const passed: (readonly number[])[] = [];
    const passPointOfNoReturn = (): void => void passed.push([puts(/blobs/), puts(/manifests/)]);
    const results = await publishing.publish({ passPointOfNoReturn, options: { tags: ['sha', 'latest'] } });
    expect([...results.values()]).toEqual([expect.objectContaining({ success: true })]);
    expect(passed).toEqual([[1, 0]]);
    expect(puts(/manifests/)).toBeGreaterThan(0);
  });

  it('is not passed by a run that could not send its image, nor by one that is stopped before', async () => {
    const passPointOfNoReturn = jest.fn();
    registry.faults.add({ method: 'PUT', path: /blobs/, times: 99, answer: { status: 400 } });
    await publishing.publish({ passPointOfNoReturn });
    registry.faults.clear();
    await publishing.publish({ passPointOfNoReturn, signal: AbortSignal.abort() });
    expect(passPointOfNoReturn).not.toHaveBeenCalled();
  });
});
