import { cpSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { type ImageRecord } from '../engines/image/image-record';
import { type ImageReport } from '../report/report-schema';
import { pruneImage } from './prune/prune-image';
import { makePublishing, type BuildOptions, type Publishing } from './testing/publishing';

const AMD64 = 'linux/amd64';
const ARM64 = 'linux/arm64';
const BOTH = [AMD64, ARM64];

let registry: RunningRegistry;
let publishing: Publishing;
beforeEach(async () => {
  registry = await startRegistry();
  publishing = makePublishing(`{ host: '${registry.host}', tags: [sha, latest] }`);
});
afterEach(async () => {
  publishing.workspace.remove();
  await registry.close();
});

/** What two machines make of the same sources. */
async function buildParts(project = 'app', options: BuildOptions = {}): Promise<void> {
  for (const platform of BOTH) await publishing.build(project, { layers: 2, ...options, platform, isPart: true });
}

async function publish(asked: Parameters<Publishing['publish']>[0] = {}): Promise<string> {
  const results = await publishing.publish({ parts: BOTH, ...asked });
  return [...results.values()]
    .map(({ success, text }) => `${success ? 'ok' : 'failed'} ${text}`)
    .concat(publishing.takePrinted())
    .join('\n');
}

const folder = (path = '') => join(publishing.workspace.root, 'dist/images/app', path);
const report = () => JSON.parse(readFileSync(folder('report.json'), 'utf8')) as ImageReport;

async function readIndex(project = 'app'): Promise<{ readonly text: string; readonly digest: string | null } | undefined> {
  const headers = { accept: 'application/vnd.oci.image.index.v1+json' };
  const answer = await fetch(`${registry.url}/v2/${project}/manifests/latest`, { headers });
  return answer.status === 200 ? { text: await answer.text(), digest: answer.headers.get('docker-content-digest') } : undefined;
}

describe('an image of parts that several machines made', () => {
  it.each<[string, BuildOptions]>([
    ['from scratch', {}],
    ['with annotations', { annotations: { 'org.opencontainers.image.vendor': 'Acme', zone: 'a' } }],
  ])('is the very index that one machine would have made: %s', async (_what, options) => {
    await publishing.build('app', { layers: 2, ...options, platform: BOTH });
    expect(await publish({ parts: undefined })).toMatch(/^ok app: published/);
    const { digest } = report();
    rmSync(folder(), { recursive: true });
    await buildParts('app', options);
    expect(await publish()).toMatch(/^ok app: up to date/);
    expect(report()).toMatchObject({ digest, platforms: BOTH });
  });

  it('is the same on a base whose layers are in a registry only', async () => {
    await publishing.build('base', { layers: 1, platform: BOTH });
    await publish({ projects: ['base'], parts: undefined });
    const on = { base: `${registry.host}/base:latest` };
    await publishing.build('app', { layers: 2, ...on, platform: BOTH });
    await publish({ parts: undefined });
    const { digest } = report();
    rmSync(folder(), { recursive: true });
    await buildParts('app', on);
    expect(await publish()).toMatch(/^ok app: up to date/);
    expect(report().digest).toBe(digest);
  });

  it('has its tags on one index, with the annotations of any other image', async () => {
    await buildParts();
    expect(await publish()).toMatch(/^ok app: published as sha256/);
    const { text = '', digest } = (await readIndex()) ?? {};
    expect(digest).toBe(report().digest);
    const index = JSON.parse(text) as { annotations: object; manifests: { platform: { architecture: string } }[] };
    expect(index.manifests.map(({ platform }) => platform.architecture)).toEqual(['amd64', 'arm64']);
    expect(index.annotations).toMatchObject({
      'dev.nx-oci.project': 'app',
      'org.opencontainers.image.revision': publishing.workspace.git('rev-parse', 'HEAD'),
    });
  });

  it('lists its platforms in the order that the publish names, whatever was made first', async () => {
    await buildParts();
    expect(await publish({ parts: [ARM64, AMD64] })).toMatch(/^ok/);
    expect(report().platforms).toEqual([ARM64, AMD64]);
  });

  it('is an image without an index if it has one part only', async () => {
    await publishing.build('app', { layers: 1, platform: ARM64, isPart: true });
    expect(await publish({ parts: [ARM64] })).toMatch(/^ok app: published/);
    expect(report().platforms).toEqual([ARM64]);
    expect(await readIndex()).not.toMatchObject({ text: expect.stringContaining('"manifests"') as string });
  });

  it('does not take an older image of one machine for its parts', async () => {
    await publishing.build('app', { layers: 1, platform: BOTH });
    expect(await publish()).toMatch(/^failed Cannot publish app: 2 of its 2 parts are missing/);
  });

  it('has a plan before its parts are there, and one with its platforms afterwards', async () => {
    expect(await publish({ options: { dryRun: true } })).toContain('not built yet');
    await buildParts();
    expect(await publish({ options: { dryRun: true } })).toMatch(/linux\/amd64 and linux\/arm64/);
    expect(await readIndex()).toBeUndefined();
  });

  it('is pruned with all its parts; the report stays', async () => {
    await buildParts();
    await publish();
    const removed: string[] = [];
    // As if a builder had made one of them, which keeps it in its store.
    edit('linux-arm64/image.json', (record) => ({
      ...record,
      engine: 'docker',
      output: { ...(record.output as object), name: 'nx-oci/app:1' },
    }));
    const text = await pruneImage(folder(), (engine, { name }) => {
      removed.push(`${engine} ${name}`);
      return Promise.resolve({ kind: 'removed' });
    });
    expect(text).toMatch(/^removed .*app, and nx-oci\/app:1 from the store of docker$/);
    expect(removed).toEqual(['docker nx-oci/app:1']);
    expect(() => readFileSync(folder('linux-arm64/image.json'))).toThrow('ENOENT');
    expect(report().platforms).toEqual(BOTH);
  });
});

describe('a part that is staged', () => {
  beforeEach(() => buildParts());

  const stage = (platform: string, options: object = {}) => publish({ options: { stage: platform, ...options } });
  const bytesIn = (part: string) =>
    readdirSync(folder(`${part}/blobs/sha256`)).reduce((sum, name) => sum + statSync(folder(`${part}/blobs/sha256/${name}`)).size, 0);
  const sentBytes = () => report().registries.map(({ sent }) => sent?.bytes ?? 0);

  it('is in its repository without a tag, and small here; the publish of all parts then sends documents only', async () => {
    const whole = bytesIn('linux-arm64');
    expect(await stage('linux/aarch64')).toMatch(/^ok app: staged its part for linux\/arm64 in .*\/app, [\d.]+ kB sent\./);
    expect(await stage(AMD64)).toMatch(/^ok app: staged its part for linux\/amd64/);
    await expect(listTags()).resolves.toEqual([]);
    expect(bytesIn('linux-arm64')).toBeLessThan(whole / 10);
    registry.log.clear();
    expect(await publish()).toMatch(/^ok app: published/);
    expect(report()).toMatchObject({ platforms: BOTH });
    expect(sentBytes()[0]).toBeLessThan(10_000);
    // No layer is asked for: two configs, two manifests, the index by its tags.
    expect(registry.log.entries().filter(({ method, path }) => method === 'POST' && path.includes('/uploads'))).toHaveLength(2);
    await expect(listTags()).resolves.toContain('latest');
  });

  it('gives the same index as one that was not', async () => {
    await publish();
    const { digest } = report();
    await stage(ARM64);
    expect(await publish()).toMatch(/^ok app: up to date/);
    expect(report().digest).toBe(digest);
  });

  it('reaches another registry, too, where the publish sends its layers', async () => {
    await stage(ARM64);
    const second = await startRegistry();
    publishing.workspace.write(
      'registries.yaml',
      `registries:\n  one: { host: '${registry.host}', tags: [latest] }\n  two: { host: '${second.host}', tags: [latest] }\npublish: { registries: [one, two], settleMs: 0 }\n`,
    );
    publishing.workspace.commit('another registry');
    expect(await publish()).toMatch(/^ok app: published/);
    const answer = await fetch(`${second.url}/v2/app/tags/list`);
    expect(await answer.json()).toMatchObject({ tags: ['latest'] });
    await second.close();
  });

  it('is staged again without sending a layer, and not at all in a dry run', async () => {
    expect(await stage(ARM64, { dryRun: true })).toMatch(/^ok app: would stage its part for linux\/arm64/);
    expect(registry.log.entries().some(({ method }) => method === 'PUT' || method === 'POST')).toBe(false);
    await stage(ARM64);
    expect(await stage(ARM64)).toMatch(/, 1\.\d kB sent\./);
  });

  it('that its registry has removed meanwhile is named, with how to make it again, and nothing is tagged', async () => {
    for (const platform of BOTH) await stage(platform);
    const { output } = JSON.parse(readFileSync(folder('linux-arm64/image.json'), 'utf8')) as ImageRecord;
    for (const { digest } of output.staged?.flatMap(({ layers }) => layers) ?? [])
      await fetch(`${registry.url}/v2/app/blobs/${digest}`, { method: 'DELETE' });
    const text = await publish();
    expect(text).toMatch(
      /^failed Cannot publish app: a layer of linux\/amd64 and linux\/arm64 \(sha256:\w+\) is in none of .*dist\/images\/app, .*\/app\./,
    );
    expect(text).toContain('on linux/arm64: nx run app:image-linux-arm64 --skip-nx-cache');
    await expect(listTags()).resolves.toEqual([]);
    await publishing.build('app', { layers: 2, platform: ARM64, isPart: true });
    expect(await publish()).toMatch(/^ok app: published/);
  });

  it('is named if the image has none for that platform, or if it is not made', async () => {
    expect(await stage('linux/s390x')).toMatch(/^ok app: has no part for linux\/s390x/);
    rmSync(folder('linux-arm64'), { recursive: true });
    expect(await stage(ARM64)).toMatch(/^failed Cannot stage app: its only part is missing\.\n {2}linux\/arm64: /);
    expect(await stage('arm64')).toMatch(/"arm64" is not a platform/);
  });

  it('does not keep other images of the run from their tags, first or last', async () => {
    await publishing.build('web', { layers: 1, platform: AMD64 });
    const siblings = ['app', 'web'];
    const publishWeb = (run: string) => publish({ projects: ['web'], siblings, run, parts: undefined });
    expect(await publish({ siblings, run: 'first', options: { stage: ARM64 } })).toMatch(/^ok app: staged/);
    expect(await publishWeb('first')).toMatch(/^ok web: published/);
    publishing.workspace.commit('next');
    expect(await publishWeb('second')).toMatch(/^ok Staged, 1 of 2/);
    expect(await publish({ siblings, run: 'second', options: { stage: ARM64 } })).toMatch(/^ok app: staged/);
    const answer = await fetch(`${registry.url}/v2/web/tags/list`);
    expect(((await answer.json()) as { tags: string[] }).tags).toContain(publishing.workspace.git('rev-parse', '--short=7', 'HEAD'));
  });

  async function listTags(): Promise<readonly string[]> {
    const answer = await fetch(`${registry.url}/v2/app/tags/list`);
    return answer.status === 404 ? [] : (((await answer.json()) as { tags: string[] | null }).tags ?? []);
  }
});

describe('a part that cannot be used', () => {
  it('stops all images of the run, and says which and how to make it', async () => {
    await publishing.build('web', { layers: 1, platform: AMD64, isPart: true });
    await publishing.build('web', { layers: 1, platform: ARM64, isPart: true });
    await publishing.build('app', { layers: 1, platform: AMD64, isPart: true });
    const text = await publish({ projects: ['app', 'web'] });
    expect(text).toContain(
      'Cannot publish app: 1 of its 2 parts is missing.\n  linux/arm64: dist/images/app/linux-arm64 has no image.json',
    );
    expect(text).toContain('on linux/arm64: nx run app:image-linux-arm64');
    expect(await readIndex('web')).toBeUndefined();
    await publishing.build('app', { layers: 1, platform: ARM64, isPart: true });
    expect(await publish({ projects: ['app', 'web'] })).toMatch(/^ok app: published[^]*ok web: published/);
    expect(await readIndex('web')).toBeDefined();
  });

  it.each<[string, () => void, RegExp]>([
    [
      'unpacked into the folder of another platform',
      () => swap('linux-amd64', 'linux-arm64'),
      /linux-arm64 holds an image for linux\/amd64/,
    ],
    [
      'of another project',
      () => {
        rmSync(folder('linux-arm64'), { recursive: true });
        cpSync(join(folder(), '../web/linux-arm64'), folder('linux-arm64'), { recursive: true });
      },
      /linux-arm64 holds the image of web/,
    ],
    [
      'of another version of nx-oci',
      () => edit('linux-arm64/image.json', (record) => ({ ...record, schemaVersion: 1 })),
      /another version of nx-oci/,
    ],
    [
      'whose record names the image of another platform',
      () => {
        const { output } = JSON.parse(readFileSync(folder('linux-amd64/image.json'), 'utf8')) as { output: unknown };
        cpSync(folder('linux-amd64/blobs'), folder('linux-arm64/blobs'), { recursive: true });
        edit('linux-arm64/image.json', (record) => ({ ...record, output }));
      },
      /linux-arm64 holds an image for linux\/amd64/,
    ],
    ['without its manifest', () => rmSync(folder('linux-arm64/blobs'), { recursive: true }), /does not exist|not hold/],
  ])('is refused: one %s', async (_what, spoil, reason) => {
    await buildParts('web');
    await buildParts();
    spoil();
    expect(await publish()).toMatch(/^failed/);
    expect(await publish()).toMatch(reason);
    expect(registry.log.entries().some(({ method }) => method === 'PUT')).toBe(false);
  });

  it('is refused if it is older than its sources, by name', async () => {
    await buildParts();
    await publishing.build('app', { layers: 2, changed: [1], platform: AMD64, isPart: true });
    const text = await publish();
    expect(text).toMatch(
      /^failed Cannot publish app: its part for linux\/arm64 is older than its sources: dist\/layers\/app\/1\/\w+ has changed/,
    );
    expect(text).toContain('Make it again on linux/arm64: nx run app:image-linux-arm64 --skip-nx-cache');
    expect(await readIndex()).toBeUndefined();
  });
});

describe('parts on a base whose tag moved between their builds', () => {
  const on = () => ({ base: `${registry.host}/base:latest` });

  it('are refused, with both versions, until the older one is made again', async () => {
    await publishing.build('base', { layers: 1, platform: BOTH });
    await publish({ projects: ['base'], parts: undefined });
    await publishing.build('app', { layers: 1, ...on(), platform: AMD64, isPart: true });
    await publishing.build('base', { layers: 1, changed: [0], platform: BOTH });
    publishing.workspace.commit('a newer base');
    await publish({ projects: ['base'], parts: undefined });
    await publishing.build('app', { layers: 1, ...on(), platform: ARM64, isPart: true });
    const text = await publish();
    expect(text).toMatch(
      /^failed Cannot publish app: its parts are built on different versions of .*\/base:latest\.\n {2}linux\/amd64: sha256:\w+\n {2}linux\/arm64: sha256:\w+\n/,
    );
    expect(text).toContain('on linux/amd64: nx run app:image-linux-amd64 --skip-nx-cache');
    await publishing.build('app', { layers: 1, ...on(), platform: AMD64, isPart: true });
    expect(await publish()).toMatch(/^ok app: published/);
  });
});

describe('parts on the image of a project that consists of parts', () => {
  it('are each built on the part for their platform, and name what it was published as', async () => {
    await buildParts('base', { layers: 1 });
    const on = { base: `${registry.host}/base:latest`, baseProject: 'base' };
    await buildParts('app', { layers: 1, ...on });
    expect(await publish({ projects: ['base', 'app'] })).toMatch(
      /ok base: published[^]*ok app: published|ok app: published[^]*ok base: published/,
    );
    const [base, app] = await Promise.all(['base', 'app'].map(readImages));
    expect(app).toHaveLength(2);
    app?.forEach((image, position) => {
      expect(image.layers.slice(0, 1)).toEqual(base?.[position]?.layers);
      expect(image.annotations['dev.nx-oci.bases']).toContain(base?.[position]?.digest);
    });
    const { digest } = report();
    rmSync(join(folder(), '..'), { recursive: true });
    await publishing.build('base', { layers: 1, platform: BOTH });
    await publishing.build('app', { layers: 1, ...on, platform: BOTH });
    expect(await publish({ projects: ['base', 'app'], parts: undefined })).toMatch(/ok app: up to date/);
    expect(report().digest).toBe(digest);
  });

  it('are refused if that part is missing', async () => {
    await publishing.build('base', { layers: 1, platform: AMD64, isPart: true });
    const on = { base: `${registry.host}/base:latest`, baseProject: 'base' };
    const build = publishing.build('app', { layers: 1, ...on, platform: ARM64, isPart: true });
    await expect(build).rejects.toThrow(/Cannot find an image of base: .*linux-arm64 has no image\.json/);
  });

  interface Image {
    readonly digest: string;
    readonly layers: readonly { readonly digest: string }[];
    readonly annotations: Readonly<Record<string, string>>;
  }

  async function readImages(project: string): Promise<readonly Image[]> {
    const { manifests } = JSON.parse((await readIndex(project))?.text ?? '{}') as {
      readonly manifests: readonly { readonly digest: string }[];
    };
    return Promise.all(
      manifests.map(async ({ digest }) => {
        const headers = { accept: 'application/vnd.oci.image.manifest.v1+json' };
        const answer = await fetch(`${registry.url}/v2/${project}/manifests/${digest}`, { headers });
        return { ...((await answer.json()) as Omit<Image, 'digest'>), digest };
      }),
    );
  }
});

function swap(one: string, other: string): void {
  renameSync(folder(one), folder('aside'));
  renameSync(folder(other), folder(one));
  renameSync(folder('aside'), folder(other));
}

function edit(file: string, change: (record: Readonly<Record<string, unknown>>) => object): void {
  const record = JSON.parse(readFileSync(folder(file), 'utf8')) as Readonly<Record<string, unknown>>;
  writeFileSync(folder(file), JSON.stringify(change(record)));
}
