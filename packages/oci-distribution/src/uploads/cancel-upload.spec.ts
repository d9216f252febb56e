import { copyImage } from '@nx-oci/model';
import { makeImage, MemoryStore, toFailWithCode } from '@nx-oci/model/testing';
import { type Fault, type RunningRegistry } from '@nx-oci/registry';

import { type Repository } from '../repository';
import { testClient } from '../testing/test-client';
import { startRegistry } from '../testing/test-registry';

expect.extend({ toFailWithCode });

const IMAGE = makeImage({ layers: 3 });

describe('the uploads of an image, when one is refused permanently,', () => {
  let registry: RunningRegistry;
  let repository: Repository;

  beforeEach(async () => {
    registry = await startRegistry();
    const client = testClient({ recall: () => ({ oneRequestUpload: false }) });
    repository = client.repository({ registry: registry.host, repository: 'a', access: 'push' });
    registry.faults.add({ method: 'PUT', path: /uploads/, answer: { status: 403 } });
  });

  const push = (signal?: AbortSignal): Promise<unknown> =>
    copyImage(new MemoryStore(IMAGE.contents), repository, IMAGE.manifest.descriptor, { signal });
  const count = (method: string): number => registry.log.entries().filter((entry) => entry.method === method).length;

  it('are all aborted and cancelled', async () => {
    // The others are running when the first is refused.
    registry.faults.add({ method: 'PUT', path: /uploads/, delayMs: 5_000, times: Infinity });
    const startedMs = performance.now();
    await expect(push()).toFailWithCode('DENIED');
    expect(performance.now() - startedMs).toBeLessThan(4_500);
    expect([count('POST'), count('DELETE')]).toEqual([4, 4]);
    expect(registry.log.entries().filter(({ path }) => path.includes('/manifests/'))).toEqual([]);
  });

  it.each<{ readonly how: string; readonly fault: Pick<Fault, 'answer' | 'reset'> }>([
    { how: 'takes nothing back', fault: { answer: { status: 405 } } },
    { how: 'breaks off then', fault: { reset: 'before' } },
  ])('fail with the reason of the refusal when the registry $how', async ({ fault }) => {
    registry.faults.add({ method: 'DELETE', path: /uploads/, times: Infinity, ...fault });
    await expect(push()).toFailWithCode('DENIED');
  });

  it('are cancelled when the whole push is stopped', async () => {
    registry.faults.clear();
    registry.faults.add({ method: 'PUT', path: /uploads/, delayMs: 1_500, times: Infinity });
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 400);
    await expect(push(stop.signal)).toFailWithCode('ABORTED');
    expect([count('POST'), count('DELETE')]).toEqual([4, 4]);
  });
});
