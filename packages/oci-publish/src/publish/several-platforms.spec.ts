import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { type ImageReport } from '../report/report-schema';
import { describeRequests, makePublishing, tally, type Publishing } from './testing/publishing';

const AMD64 = 'linux/amd64';
const ARM64 = 'linux/arm64';
const S390X = 'linux/s390x';
const BOTH = [AMD64, ARM64];
const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';

interface Manifest {
  readonly mediaType: string;
  readonly config: { readonly digest: string };
  readonly layers: readonly { readonly digest: string }[];
  readonly annotations: Readonly<Record<string, string>>;
}

interface Index {
  readonly mediaType: string;
  readonly manifests: readonly { readonly digest: string; readonly platform: { readonly os: string; readonly architecture: string } }[];
  readonly annotations: Readonly<Record<string, string>>;
}

let registry: RunningRegistry;
let other: RunningRegistry;
let publishing: Publishing;
beforeEach(async () => {
  [registry, other] = [await startRegistry(), await startRegistry()];
  publishing = makePublishing(`{ host: '${registry.host}', tags: [sha, latest] }`);
});
afterEach(async () => {
  publishing.workspace.remove();
  await Promise.all([registry.close(), other.close()]);
});

async function read<Document>(path: string, from = registry): Promise<Document> {
  const answer = await fetch(`${from.url}/v2/app/${path}`, { headers: { accept: `${OCI_MANIFEST}, ${OCI_INDEX}` } });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Document;
}

/** Every tag, and the platforms of what it points at. */
async function tagged(from = registry): Promise<Readonly<Record<string, string>>> {
  const answer = await fetch(`${from.url}/v2/app/tags/list`);
  if (answer.status === 404) return {};
  const { tags } = (await answer.json()) as { tags: string[] };
  const sha = publishing.workspace.git('rev-parse', '--short=7', 'HEAD');
  const named = tags.map(async (tag) => {
    const document = await read<Partial<Index & Manifest>>(`manifests/${tag}`, from);
    const platforms = document.manifests?.map(({ platform }) => `${platform.os}/${platform.architecture}`);
    return [tag === sha ? 'sha' : tag, platforms?.join(' and ') ?? document.annotations?.['dev.nx-oci.platform'] ?? ''] as const;
  });
  return Object.fromEntries(await Promise.all(named));
}

const report = () => JSON.parse(readFileSync(join(publishing.workspace.root, 'dist/images/app/report.json'), 'utf8')) as ImageReport;

async function publish(asked: Parameters<Publishing['publish']>[0] = {}): Promise<string> {
  const results = await publishing.publish(asked);
  return [...results.values()]
    .map(({ success, text }) => `${success ? 'ok' : 'failed'} ${text}`)
    .concat(publishing.takePrinted())
    .join('\n');
}

const requests = () => tally(describeRequests(registry.log.entries()));
const puts = (path: RegExp) => registry.log.entries().filter((entry) => entry.method === 'PUT' && path.test(entry.path));

describe('an image for several platforms', () => {
  beforeEach(() => publishing.build('app', { layers: 2, platform: BOTH }));

  it('has its tags on an index of one image per platform, each with the same labels', async () => {
    expect(await publish()).toMatch(/^ok app: published as sha256/);
    const index = await read<Index>('manifests/latest');
    expect(index.mediaType).toBe(OCI_INDEX);
    const images = await Promise.all(index.manifests.map(({ digest }) => read<Manifest>(`manifests/${digest}`)));
    const configs = await Promise.all(
      images.map(({ config }) => read<{ architecture: string; config: { Labels: object } }>(`blobs/${config.digest}`)),
    );
    expect(configs.map(({ architecture }) => architecture)).toEqual(['amd64', 'arm64']);
    expect(images[0]!.layers).toEqual(images[1]!.layers);
    const facts = {
      'dev.nx-oci.project': 'app',
      'org.opencontainers.image.revision': publishing.workspace.git('rev-parse', 'HEAD'),
      'org.opencontainers.image.title': 'app',
    };
    for (const annotations of [index.annotations, ...images.map((image) => image.annotations)]) expect(annotations).toMatchObject(facts);
    expect(images.map(({ annotations }) => annotations['dev.nx-oci.platform'])).toEqual(BOTH);
    expect(configs.map(({ config }) => config.Labels)).toEqual([expect.objectContaining(facts), expect.objectContaining(facts)]);
    expect(await tagged()).toEqual({ sha: 'linux/amd64 and linux/arm64', latest: 'linux/amd64 and linux/arm64' });
  });

  it('sends each blob once, every image of a platform by its digest, and the index by its tags last', async () => {
    await publish();
    const { 'PUT upload': put = 0, 'POST upload': post = 0 } = requests();
    expect(Math.max(put, post)).toBe(4);
    const manifests = puts(/\/manifests\//).map(({ path }) => /\/manifests\/(sha256|.*)/.exec(path)?.[1]);
    expect(manifests.slice(0, 2)).toEqual(['sha256', 'sha256']);
    expect(manifests.slice(2)).not.toContain('sha256');
    expect(report()).toMatchObject({
      platforms: BOTH,
      registries: [{ sent: { count: 7 }, tags: [{ to: report().digest }, { to: report().digest }] }],
    });
  });

  it('is reported with its platforms and its size, which counts shared content once', async () => {
    const text = await publish();
    expect(text).toContain('linux/amd64, linux/arm64');
    const { sizeBytes = 0 } = report();
    await publishing.build('app', { layers: 2, platform: AMD64 });
    publishing.workspace.commit('one');
    await publish({ options: { force: true } });
    expect(sizeBytes).toBeLessThan((report().sizeBytes ?? 0) * 1.2);
  });

  it('is planned without writes to the registry, with its platforms and the size to send', async () => {
    expect(await publish({ options: { dryRun: true } })).toMatch(
      /app sha256:\w+, .*, linux\/amd64 and linux\/arm64[^]*to send \(7 blobs and manifests\)/,
    );
    expect(registry.log.entries().every(({ method }) => method === 'GET' || method === 'HEAD')).toBe(true);
  });

  it('is up to date when it is published again, and nothing is sent', async () => {
    await publish();
    registry.log.clear();
    expect(await publish()).toMatch(/^ok app: up to date/);
    expect(registry.log.entries().every(({ method }) => method === 'GET' || method === 'HEAD')).toBe(true);
  });

  it('sends only new content at the next commit: a config and a manifest per platform, and the index', async () => {
    await publish();
    publishing.workspace.commit('second');
    await publishing.build('app', { layers: 2, platform: BOTH });
    publishing.forget();
    registry.log.clear();
    await publish();
    expect(requests()['POST upload']).toBe(2);
    expect(report().registries[0]).toMatchObject({ contentUnchanged: true, sent: { count: 5 }, present: { count: 2 } });
    expect(report().growth).toMatchObject({ layers: [{ change: 'same' }, { change: 'same' }] });
  });

  it('is the same if it is built again without a cache', async () => {
    await publish();
    for (const folder of ['dist/images', 'cache']) rmSync(join(publishing.workspace.root, folder), { recursive: true });
    await publishing.build('app', { layers: 2, platform: BOTH });
    expect(await publish()).toMatch(/^ok app: up to date/);
  });

  it.each([
    ['image of one platform', /manifests\/sha256/],
    ['config', /blobs/],
  ])('moves no tag if the registry refuses the %s, and is finished by the next run', async (_what, path) => {
    await publishing.build('web', { layers: 1 });
    registry.faults.add({ method: 'PUT', path, times: 1, answer: { status: 400 } });
    expect(await publish({ projects: ['app', 'web'] })).toMatch(/failed/);
    expect(await tagged()).toEqual({});
    expect(await publish({ projects: ['app', 'web'] })).toMatch(/^ok/);
    expect(await tagged()).toEqual({ sha: 'linux/amd64 and linux/arm64', latest: 'linux/amd64 and linux/arm64' });
  });

  it('is refused if one of its images is missing in the folder', async () => {
    const { manifests } = JSON.parse(readFileSync(join(publishing.workspace.root, 'dist/images/app/index.json'), 'utf8')) as Index;
    const blob = (digest: string) => join(publishing.workspace.root, 'dist/images/app/blobs', digest.replace(':', '/'));
    const index = JSON.parse(readFileSync(blob(manifests[0]!.digest), 'utf8')) as Index;
    rmSync(blob(index.manifests[1]!.digest));
    expect(await publish()).toMatch(/^failed Cannot publish app: the layout in .* does not hold the image that image.json names/);
    expect(registry.log.entries()).toEqual([]);
  });

  it('is limited to `maxSize` per platform, which is what a pull fetches', async () => {
    await publish();
    const total = report().sizeBytes ?? 0;
    publishing.workspace.commit('next');
    expect(await publish({ options: { maxSize: `${total - 1000}B` } })).toMatch(/^ok/);
    publishing.workspace.commit('last');
    expect(await publish({ options: { maxSize: '20kB' } })).toMatch(/its image for linux\/amd64 has .* its image for linux\/arm64 has /s);
  });

  it('is adopted, for all platforms, from the registry that has the same build of another machine', async () => {
    publishing.workspace.write(
      'registries.yaml',
      `registries:\n  one: { host: '${registry.host}' }\n  two: { host: '${other.host}' }\npublish:\n  tags: [sha, latest]\n  settleMs: 0\n`,
    );
    publishing.workspace.commit('two registries');
    await publish({ options: { registries: ['one'] } });
    const { digest } = report();
    // Another machine built other bytes for the same build and commit.
    await publishing.build('app', { layers: 2, changed: [0], platform: BOTH });
    expect(await publish({ options: { registries: ['one', 'two'] } })).toMatch(/^ok/);
    expect(report()).toMatchObject({ digest, adoptedFrom: 'one' });
    expect(await tagged(other)).toEqual({ sha: 'linux/amd64 and linux/arm64', latest: 'linux/amd64 and linux/arm64' });
  });
});

describe.each([true, false])('a floating tag, guard: %s,', (guard) => {
  beforeEach(() => {
    publishing.workspace.write(
      'registries.yaml',
      `registries:\n  one: { host: '${registry.host}', guard: ${guard} }\npublish:\n  tags: [latest]\n  settleMs: 0\n`,
    );
    publishing.workspace.commit('registries');
  });

  async function publishFor(platform: string | readonly string[], asked: Parameters<Publishing['publish']>[0] = {}): Promise<string> {
    publishing.workspace.commit('next');
    await publishing.build('app', { layers: 1, changed: [0], platform });
    return publish(asked);
  }

  const name = (platforms: readonly string[]) => platforms.join(' and ');

  it.each([
    ['an index for the same platforms is published', BOTH, BOTH],
    ['they are listed in another order', BOTH, [ARM64, AMD64]],
    ['a platform is added', [AMD64], BOTH],
  ])('moves if %s', async (_why, there, ours) => {
    await publishFor(there);
    expect(await publishFor(ours)).not.toContain('held');
    expect(await tagged()).toEqual({ latest: name(ours) });
  });

  it.each([
    ['fewer platforms', BOTH, [AMD64]],
    ['other platforms', BOTH, [AMD64, S390X]],
    ['none of them', [AMD64], [ARM64, S390X]],
  ])('is held if the new image is for %s, until --force on the command line moves it', async (_what, there, ours) => {
    await publishFor(there);
    const reason = `it is for ${name(there)}, this image for ${name(ours)}: --force on the command line moves it`;
    expect(await publishFor(ours)).toContain(reason);
    expect(await publishFor(ours, { options: { force: true }, isForcedByTarget: true })).toContain(reason);
    expect(await tagged()).toEqual({ latest: name(there) });
    await publishFor(ours, { options: { force: true } });
    expect(await tagged()).toEqual({ latest: name(ours) });
  });
});
