import { digestOf, shortDigest } from '@nx-oci/model';
import fc from 'fast-check';

import { profiles, startRegistry, type RunningRegistry, type StartRegistryOptions } from '..';
import { printSize } from '../page/render/print-amount';
import { pushPageImage, pushPageIndex, pushReferrer } from '../testing/page-contents';
import { makeImage, pushBlob, putManifest } from '../testing/push';

const API = 'team/api';

describe('the page', () => {
  let registry: RunningRegistry;
  const start = async (options: StartRegistryOptions = {}): Promise<void> => {
    registry = await startRegistry(options);
  };
  const open = (address = '/', init?: RequestInit): Promise<Response> => fetch(registry.url + address, init);
  const read = async (address = '/'): Promise<string> => (await open(address)).text();
  const push = (image: Partial<Parameters<typeof pushPageImage>[0]> = {}): Promise<string> =>
    pushPageImage({ url: registry.url, repository: API, tags: ['v1'], layers: ['layer'], ...image });
  afterEach(() => registry.close());

  it('explains the first push if there is no content', async () => {
    await start();
    expect(await read()).toContain(`docker push ${registry.host}/my-image`);
  });

  it('lists repositories with their newest tag, its size, and what is stored altogether', async () => {
    await start();
    await push({ layers: ['x'.repeat(1_500_000)] });
    await push({ repository: 'team/web', tags: ['v2'] });
    const page = await read();
    for (const text of [API, 'v1', '1.5 MB', '2 repositories · 1.5 MB stored']) expect(page).toContain(text);
    expect(page.indexOf('team/web')).toBeLessThan(page.indexOf(API));
  });

  it('groups tags by digest, the newest image first, with the growth of each', async () => {
    await start();
    await push({ tags: ['v1'], layers: ['x'.repeat(2000)] });
    const newer = await push({ tags: ['v2', 'latest'], layers: ['x'.repeat(2000), 'y'.repeat(1500)] });
    const page = await read(`/?repository=${API}`);
    expect([...page.matchAll(/class="chip" href="[^"]+">([^<]+)/g)].map(([, tag]) => tag)).toEqual(['latest', 'v2', 'v1']);
    expect(page.match(/<li class="card group">/g)).toHaveLength(2);
    expect(page).toMatch(/\+1\.\d kB/);
    expect(page).toContain(`data-copy="${digestOf(newer)}"`);
  });

  it.each(['1970-01-01T00:00:00Z', '0001-01-01T00:00:00Z'])('does not take %s for the time when a layer was made', async (created) => {
    await start();
    await push({ created });
    const page = await read(`/?repository=${API}&image=v1`);
    expect(page).toContain('not recorded');
    expect(page).not.toContain(`datetime="${created}"`);
  });

  it('shows nothing but the moment of a time that is not recorded', async () => {
    await start();
    await push({ created: `1 Jan 1960 (${'x'.repeat(5000)})` });
    expect(await read(`/?repository=${API}&image=v1`)).not.toContain('x'.repeat(1000));
  });

  it('shows an image: digest, platforms, layers, config, ports, labels, commit, history, referrers, and how to pull it', async () => {
    await start();
    const revision = 'a'.repeat(40);
    const index = await pushPageIndex({
      url: registry.url,
      repository: API,
      tags: ['v1', 'latest'],
      layers: ['base', 'x'.repeat(3_000_000)],
      labels: { 'org.opencontainers.image.revision': revision, home: 'https://example.com/' },
      createdBy: '/bin/sh -c #(nop) COPY dist . # buildkit',
    });
    const signature = await pushReferrer(registry.url, API, index, 'application/vnd.dev.sigstore.bundle.v0.3+json');
    const page = await read(`/?repository=${API}&image=v1`);
    for (const text of [
      digestOf(index),
      'linux/amd64',
      'platform=linux%2Farm64',
      '2 layers',
      '3.0 MB',
      'node main.js',
      '8080/tcp',
      '>latest</a>',
      `href="https://github.com/acme/shop/commit/${revision}"`,
      'href="https://example.com/"',
      '>COPY dist .<',
      'Signature (sigstore bundle)',
      shortDigest(digestOf(signature)),
      `docker pull ${registry.host}/${API}:v1`,
      `podman pull --tls-verify=false ${registry.host}/${API}:v1`,
      `crane pull ${registry.host}/${API}:v1 image.tar`,
      `${registry.host}/${API}@${digestOf(index)}`,
    ])
      expect(page).toContain(text);
    expect(await read(`/?repository=${API}&image=v1&platform=linux/arm64`)).toMatch(/class="shown">linux\/arm64/);
    expect(await read(`/?repository=${API}&image=${digestOf(signature)}`)).toContain('application/vnd.oci.image.manifest.v1+json');
  });

  it("shows cosign's signatures, which are tags, with their image and not among the tags", async () => {
    await start();
    const image = await push();
    await push({ tags: [`${digestOf(image).replace(':', '-')}.sig`], layers: ['signature'] });
    expect(await read(`/?repository=${API}&image=v1`)).toContain('Signature (cosign)');
    expect(await read(`/?repository=${API}`)).toContain('1 tag,');
  });

  it('compares two tags: config, variables, labels, and layers', async () => {
    await start();
    await push({ layers: ['base', 'old'], env: ['GONE=1', 'MODE=slow', 'API_KEY=one'], labels: { version: '1' } });
    await push({ tags: ['v2'], layers: ['base', 'new'], env: ['MODE=fast', 'ADDED=2', 'API_KEY=two'], labels: { version: '2' } });
    const page = await read(`/?repository=${API}&compare=v1&with=v2`);
    for (const text of [
      '1 layer added',
      '1 layer removed',
      '1 layer shared',
      '<del>slow</del>',
      '<ins>fast</ins>',
      '<del>1</del>',
      '<ins>2</ins>',
    ])
      expect(page).toContain(text);
    expect(page).toMatch(/GONE[^]*<del>1<\/del>[^]*absent/);
    expect(page).toMatch(/ADDED[^]*absent[^]*<ins>2<\/ins>/);
    // Two different secrets differ, and stay secret.
    expect(page).toMatch(/API_KEY[^]*<del>\[hidden\]<\/del>/);
    expect(page).not.toContain('>one<');
    expect((await open(`/?repository=${API}&compare=v1&with=v9`)).status).toBe(404);
  });

  it('hides the values of secrets, wherever they are', async () => {
    await start();
    await push({
      env: ['NPM_TOKEN=CANARY-1', 'DATABASE_URL=postgres://app:CANARY-2@db/app', 'PUBLIC=shown', 'SESSION_SECRET='],
      labels: { 'deploy-token': 'CANARY-3', note: 'Bearer CANARY-40000000' },
      createdBy: '|1 NPM_TOKEN=CANARY-5 /bin/sh -c npm ci --password="x" DB_PASS="CANARY-6 7"',
    });
    await push({ tags: ['v2'] });
    for (const address of [
      `/?repository=${API}&image=v1`,
      `/?repository=${API}&compare=v2&with=v1`,
      `/?repository=${API}&compare=v1&with=v2`,
    ])
      expect(await read(address)).not.toContain('CANARY');
    const page = await read(`/?repository=${API}&image=v1`);
    for (const text of ['NPM_TOKEN', 'shown', '[hidden]', 'SESSION_SECRET']) expect(page).toContain(text);
  });

  it('shows pushed content as text, and links only to web pages, whatever it is', async () => {
    await start();
    const hostile = fc.oneof(
      fc.constantFrom(
        '<script>alert(1)</script>',
        '"><img src=x onerror=alert(1)>',
        "' onclick='x",
        'javascript:alert(1)',
        'data:text/html,x',
        '&lt;b>',
      ),
      fc.string(),
    );
    const tags = ['</title><script>', '"><b>'];
    await fc.assert(
      fc.asyncProperty(hostile, hostile, async (one, other) => {
        await push({
          tags: ['v1'],
          layers: [one],
          env: [`X=${one}`, other],
          labels: { [one]: other, 'org.opencontainers.image.source': one },
          createdBy: other,
        });
        for (const address of ['/', `/?repository=${API}&image=v1`, `/?repository=${API}&q=${encodeURIComponent(one)}`]) {
          const page = await read(address);
          expect(page.match(/<script/g)).toHaveLength(1);
          expect(page).not.toMatch(/<img src=x|' onclick='x/);
          for (const [, address] of page.matchAll(/href="([^"]*)"/g)) expect(address).toMatch(/^(?:\/|#|https?:\/\/)/);
        }
      }),
      { numRuns: 25 },
    );
    for (const tag of tags) expect((await open(`/?repository=${API}&image=${encodeURIComponent(tag)}`)).status).toBe(404);
  }, 60_000);

  it('shows what is no image, or not readable, without failing', async () => {
    await start({ acceptSparse: true });
    const image = await makeImage(registry.url, API, ['layer'], { artifactType: 'application/vnd.example' });
    await putManifest(registry.url, API, 'artifact', image);
    const missing = JSON.stringify({ ...(JSON.parse(image) as object), config: { mediaType: 'x/y', digest: digestOf('gone'), size: 4 } });
    await putManifest(registry.url, API, 'sparse', missing);
    await pushBlob(registry.url, API, '[]');
    const strange = JSON.stringify({ ...(JSON.parse(image) as object), config: { mediaType: 'x/y', digest: digestOf('[]'), size: 2 } });
    await putManifest(registry.url, API, 'strange', strange);
    for (const tag of ['artifact', 'sparse', 'strange']) {
      const answer = await open(`/?repository=${API}&image=${tag}`);
      expect([tag, answer.status]).toEqual([tag, 200]);
      expect(await answer.text()).toContain('1 layer');
    }
    expect((await open(`/?repository=${API}`)).status).toBe(200);
    expect((await open(`/?repository=${API}&compare=artifact&with=strange`)).status).toBe(200);
  });

  it('is unchanged (304) until something is pushed or deleted', async () => {
    await start();
    await push();
    const etagOf = async (address: string): Promise<string> => (await open(address)).headers.get('etag') ?? '';
    await etagOf('/');
    const etag = await etagOf('/');
    const ask = async (): Promise<number> => (await open('/', { headers: { 'if-none-match': etag } })).status;
    expect(await ask()).toBe(304);
    await push({ tags: ['v2'] });
    expect(await ask()).toBe(200);
  });

  it('has a strict policy, and loads nothing from elsewhere', async () => {
    await start();
    const answer = await open();
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    for (const [, address = ''] of (await answer.text()).matchAll(/(?:src|href)="(\/page\/[^"]+)"/g)) {
      const asset = await open(address);
      expect([asset.status, asset.headers.get('x-content-type-options')]).toEqual([200, 'nosniff']);
      expect(await asset.text()).not.toMatch(/https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
    }
    expect((await open('/page/other.js')).status).toBe(404);
  });

  it('does not count as requests to the registry that is emulated', async () => {
    await start({ profile: profiles.dockerHub, settings: { requestsPerMinute: 1 } });
    for (let time = 0; time < 5; time += 1) expect((await open()).status).toBe(200);
    expect((await open('/v2/')).status).toBe(200);
    expect((await open('/v2/')).status).toBe(429);
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [1_234_567, '1.2 MB'],
    [5e12, '5.0 TB'],
    [999_960, '1.0 MB'],
    [189e15, '189.0 PB'],
  ])('prints %i bytes as %s', async (bytes, text) => {
    await start();
    expect(printSize(bytes)).toBe(text);
  });
});
