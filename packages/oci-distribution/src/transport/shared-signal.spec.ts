import { getEventListeners } from 'node:events';

import { makeImage } from '@nx-oci/model/testing';
import { type RunningRegistry } from '@nx-oci/registry';

import { type RegistryClient } from '../client';
import { contentOf, testClient } from '../testing/test-client';
import { startRegistry } from '../testing/test-registry';

const IMAGE = makeImage({ layers: 12 });

/** Node warns of a leak on the user's terminal from the eleventh listener on. */
describe('a signal that stops a whole run', () => {
  let registry: RunningRegistry;
  let client: RegistryClient;

  afterEach(async () => {
    await client.close();
    await registry.close();
  });

  it.each(['of the client', 'of each call'])('gets no listener from running operations: %s', async (owner) => {
    registry = await startRegistry();
    const { signal } = new AbortController();
    const counts: number[] = [];
    const count = (): void => void counts.push(getEventListeners(signal, 'abort').length);
    client = testClient({ concurrencyPerHost: 12, ...(owner === 'of the client' && { signal }) });
    const api = client.repository({ registry: registry.host, repository: 'team/api', access: 'push' });
    const options = owner === 'of each call' ? { signal } : {};
    await Promise.all(
      IMAGE.layers.map((layer) => {
        const open = contentOf(layer);
        return api.push(
          layer.descriptor,
          () => {
            count();
            return open();
          },
          options,
        );
      }),
    );
    expect(counts).toHaveLength(12);
    expect(Math.max(...counts)).toBe(0);
  });
});
