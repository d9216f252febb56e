import { digestOf } from '@nx-oci/model';

import { startRegistry, type RunningRegistry } from '..';
import { printSize } from '../page/print-amount';
import { makeImage, makeIndex, putManifest } from '../testing/push';

describe('the page', () => {
  let registry: RunningRegistry;
  const read = async (): Promise<string> => (await fetch(registry.url)).text();

  beforeEach(async () => {
    registry = await startRegistry();
  });
  afterEach(() => registry.close());

  it('explains the first push if there is no content', async () => {
    expect(await read()).toContain(`docker push ${registry.host}/my-image`);
  });

  it('lists repositories, tags, digests, sizes and how to pull', async () => {
    const image = await makeImage(registry.url, 'team/api', ['x'.repeat(1_500_000)]);
    await putManifest(registry.url, 'team/api', 'v1', image);
    const index = makeIndex([image]);
    await putManifest(registry.url, 'team/api', 'multi', index);
    const page = await read();
    for (const text of [
      'team/api',
      'v1',
      '1.5 MB',
      'image, 1 layer',
      digestOf(image),
      'index of 1',
      digestOf(index),
      `docker pull ${registry.host}/team/api:multi`,
    ]) {
      expect(page).toContain(text);
    }
  });

  it('shows pushed content as text, whatever it is', async () => {
    const image = await makeImage(registry.url, 'app', [], { artifactType: '<script>alert(1)</script>' });
    await putManifest(registry.url, 'app', 'v1', image);
    const answer = await fetch(registry.url);
    expect(await answer.text()).not.toContain('<script>');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [1_234_567, '1.2 MB'],
    [5e12, '5.0 TB'],
  ])('prints %i bytes as %s', (bytes, text) => {
    expect(printSize(bytes)).toBe(text);
  });
});
