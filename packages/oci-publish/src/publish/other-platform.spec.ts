import { createHash } from 'node:crypto';

import { startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { describeRequests, makePublishing, tally, type Publishing } from './testing/publishing';

const AMD64 = 'linux/amd64';
const ARM64 = 'linux/arm64';
const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';

let registry: RunningRegistry;
let publishing: Publishing;
let isGuarded: boolean;

const start = async (): Promise<void> => {
  registry = await startRegistry();
  publishing = makePublishing(`{ host: '${registry.host}', guard: ${isGuarded}, tags: [sha, latest, branch] }`);
};
afterEach(async () => {
  publishing.workspace.remove();
  await registry.close();
});

async function publishFor(platform: string, asked: Parameters<Publishing['publish']>[0] = {}): Promise<string> {
  publishing.workspace.commit(`for ${platform}`);
  await publishing.build('app', { layers: 1, changed: [0], platform });
  const results = await publishing.publish(asked);
  const outcomes = [...results.values()].map(({ success, text }) => `${success ? 'ok' : 'failed'} ${text}`);
  return [...outcomes, publishing.takePrinted()].join('\n');
}

/** The platform in the config of what a tag points at, read over plain HTTP. */
async function platformOf(tag: string): Promise<string> {
  const read = async (path: string): Promise<Record<string, unknown>> => {
    const answer = await fetch(`${registry.url}/v2/app/${path}`, { headers: { accept: `${OCI_MANIFEST}, ${OCI_INDEX}` } });
    return (await answer.json()) as Record<string, unknown>;
  };
  const { config } = await read(`manifests/${tag}`);
  if (config === undefined) return 'an index';
  const { os, architecture } = await read(`blobs/${(config as { digest: string }).digest}`);
  return `${String(os)}/${String(architecture)}`;
}

/** Stores a document without our client. @returns its descriptor */
async function put(kind: 'blob' | 'manifest', document: object, { tag, type = OCI_MANIFEST }: { tag?: string; type?: string } = {}) {
  const bytes = Buffer.from(JSON.stringify(document));
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const path = kind === 'blob' ? `blobs/uploads/?digest=${digest}` : `manifests/${tag ?? digest}`;
  const answer = await fetch(`${registry.url}/v2/app/${path}`, {
    method: kind === 'blob' ? 'POST' : 'PUT',
    headers: { 'content-type': kind === 'blob' ? 'application/octet-stream' : type },
    body: bytes,
  });
  expect(answer.status).toBe(201);
  return { mediaType: type, digest, size: bytes.length };
}

/** An image that records facts only in its config, like images of other tools. */
async function pushForeign(architecture: string, tag?: string) {
  const content = { os: 'linux', architecture, rootfs: { type: 'layers', diff_ids: [] }, config: {} };
  const config = { ...(await put('blob', content)), mediaType: 'application/vnd.oci.image.config.v1+json' };
  return put('manifest', { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [] }, { tag });
}

/** An index like those of other tools. */
const putIndex = (manifests: readonly object[], tag = 'latest') =>
  put('manifest', { schemaVersion: 2, mediaType: OCI_INDEX, manifests }, { tag, type: OCI_INDEX });

describe.each([true, false])('a floating tag whose image is of another platform, guard: %s', (guard) => {
  beforeEach(() => {
    isGuarded = guard;
    return start();
  });

  it.each([
    [AMD64, ARM64],
    [ARM64, AMD64],
  ])('for %s stays when an image for %s is published, whose immutable tag is set', async (there, ours) => {
    await publishFor(there);
    const text = await publishFor(ours);
    expect(text).toContain(`it is for ${there}, this image for ${ours}`);
    expect(text).toMatch(/^ok/);
    const sha = publishing.workspace.git('rev-parse', '--short=7', 'HEAD');
    expect(await Promise.all(['latest', 'main', sha].map(platformOf))).toEqual([there, there, ours]);
  });

  it('is shown as held in a dry run, with the option that moves it', async () => {
    await publishFor(AMD64);
    registry.log.clear();
    expect(await publishFor(ARM64, { options: { dryRun: true } })).toMatch(
      /latest .*held.*it is for linux\/amd64, this image for linux\/arm64: --force on the command line moves it/,
    );
    expect(registry.log.entries().every(({ method }) => method === 'GET' || method === 'HEAD')).toBe(true);
  });

  it('moves with --force on the command line, but not with `force` in a target', async () => {
    await publishFor(AMD64);
    await publishFor(ARM64, { options: { force: true }, isForcedByTarget: true });
    expect(await platformOf('latest')).toBe(AMD64);
    await publishFor(ARM64, { options: { force: true } });
    expect(await platformOf('latest')).toBe(ARM64);
    await publishFor(ARM64);
    expect(await platformOf('latest')).toBe(ARM64);
  });

  it('needs no further request if nx-oci made the image', async () => {
    await publishFor(AMD64);
    registry.log.clear();
    await publishFor(ARM64);
    expect(tally(describeRequests(registry.log.entries()))['GET blob']).toBeUndefined();
  });

  it('stays if the config of an image by another tool, or the list of an index, names other platforms', async () => {
    await pushForeign('arm64', 'latest');
    expect(await publishFor(AMD64)).toContain('it is for linux/arm64, this image for linux/amd64');
    const children = await Promise.all(
      [AMD64, ARM64].map(async (platform) => {
        const [os, architecture = ''] = platform.split('/');
        return { ...(await pushForeign(architecture)), platform: { os, architecture } };
      }),
    );
    const attestation = { ...(await pushForeign('unknown')), platform: { os: 'unknown', architecture: 'unknown' } };
    await putIndex([...children, attestation]);
    expect(await publishFor(AMD64)).toContain('it is for linux/amd64 and linux/arm64, this image for linux/amd64');
    expect(await platformOf('latest')).toBe('an index');
  });

  it.each([
    ['none of two', [undefined, undefined]],
    ['only the first', [{ os: 'linux', architecture: 'amd64' }, undefined]],
    ['only the last', [undefined, { os: 'linux', architecture: 'arm64' }]],
  ])('stays if the images of an index are for other platforms, though the index names the platform of %s', async (_which, platforms) => {
    const images = [await pushForeign('amd64'), await pushForeign('arm64')];
    await putIndex(images.map((image, at) => ({ ...image, ...(platforms[at] && { platform: platforms[at] }) })));
    expect(await publishFor(AMD64)).toContain('it is for linux/amd64 and linux/arm64, this image for linux/amd64');
    expect(await platformOf('latest')).toBe('an index');
  });

  it('stays if an index in an index has other platforms', async () => {
    const inner = await putIndex([await pushForeign('arm64')], 'inner');
    await putIndex([await pushForeign('amd64'), inner]);
    expect(await publishFor(AMD64)).toContain('it is for linux/amd64 and linux/arm64, this image for linux/amd64');
  });

  it.each([
    ['is not JSON', 'no JSON'],
    ['is a list', []],
    ['has numbers as values', { os: 1, architecture: 2, rootfs: { type: 'layers', diff_ids: [] } }],
    ['is larger than any', { os: 'linux', architecture: 'amd64', padding: 'x'.repeat(5 * 1024 * 1024) }],
  ])('moves away from an image whose config %s', async (_what, content) => {
    const config = { ...(await put('blob', content as object)), mediaType: 'application/vnd.oci.image.config.v1+json' };
    await put('manifest', { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [] }, { tag: 'latest' });
    expect(await publishFor(AMD64)).toMatch(/^ok/);
    expect(await platformOf('latest')).toBe(AMD64);
  });

  it('moves away from an image without its config', async () => {
    const { digest } = await pushForeign('amd64', 'latest');
    const manifest = (await (await fetch(`${registry.url}/v2/app/manifests/${digest}`, { headers: { accept: OCI_MANIFEST } })).json()) as {
      config: { digest: string };
    };
    expect((await fetch(`${registry.url}/v2/app/blobs/${manifest.config.digest}`, { method: 'DELETE' })).status).toBe(202);
    expect(await publishFor(AMD64)).toMatch(/^ok/);
    expect(await platformOf('latest')).toBe(AMD64);
  });

  it('moves away from an empty index', async () => {
    await putIndex([]);
    expect(await publishFor(AMD64)).toMatch(/^ok/);
    expect(await platformOf('latest')).toBe(AMD64);
  });

  if (guard) {
    it('does not move to a higher version for another platform', async () => {
      await publishFor(AMD64, { options: { release: '1.4.0' } });
      await publishFor(ARM64, { options: { release: '2.0.0' } });
      const text = await publishFor(AMD64, { options: { release: '1.5.0' } });
      expect(text).toContain('it is for linux/amd64, 2.0.0 for linux/arm64');
      expect(await Promise.all(['latest', 'v2.0.0', 'v1.5.0'].map(platformOf))).toEqual([AMD64, ARM64, AMD64]);
    });
  }

  it('moves if the platform is the same or unknown', async () => {
    await pushForeign('amd64', 'latest');
    await publishFor(AMD64);
    const config = { ...(await put('blob', {})), mediaType: 'application/vnd.example.chart+json' };
    await put('manifest', { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [] }, { tag: 'latest' });
    expect(await publishFor(AMD64)).not.toContain('this image for');
    expect(await platformOf('latest')).toBe(AMD64);
  });
});
