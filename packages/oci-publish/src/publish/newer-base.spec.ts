import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { type Digest } from '@nx-oci/model';
import { startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { makePublishing, type BuildOptions, type Publishing } from './testing/publishing';

interface FoundManifest {
  readonly digest: string;
  readonly annotations: Readonly<Record<string, string>>;
}

const UPDATES = 'dev.nx-oci.base.updates';

describe.each([
  ['an image from files', 'native', 'linux/amd64'],
  ['an image from files for two platforms', 'native', ['linux/amd64', 'linux/arm64']],
  ['an image of a Dockerfile', 'dockerfile', 'linux/amd64'],
] as const)('%s, built again when its base moved', (_, engine, platform) => {
  let registry: RunningRegistry;
  let publishing: Publishing;
  let base: Publishing;

  beforeEach(async () => {
    registry = await startRegistry();
    publishing = makePublishing(`{ host: '${registry.host}' }`);
    base = makePublishing(`{ host: '${registry.host}' }`);
    await moveBase();
  });
  afterEach(async () => {
    publishing.workspace.remove();
    base.workspace.remove();
    await registry.close();
  });

  const image = (): string => join(publishing.workspace.root, 'dist/images/app');
  const kept = (): string => join(publishing.workspace.root, 'cache/kept');

  const publishBase = async (options: BuildOptions): Promise<void> => {
    await base.build('base', { layers: 1, platform, ...options });
    await base.publish({ projects: ['base'], options: { tags: ['stable'], force: true } });
  };
  const moveBase = (): Promise<void> => publishBase({ changed: [0] });

  const look = async (tag: string, repository = 'app'): Promise<FoundManifest> => {
    const answer = await fetch(`http://${registry.host}/v2/${repository}/manifests/${tag}`);
    const { annotations = {} } = (await answer.json()) as Partial<FoundManifest>;
    return { digest: answer.headers.get('docker-content-digest') ?? '', annotations };
  };

  /** Of a Dockerfile, the layers of the base are those of the image; what tells them apart here is the record. */
  const build = async (): Promise<void> => {
    const reference = `${registry.host}/base:stable`;
    if (engine === 'native') return publishing.build('app', { layers: 1, base: reference, platform });
    await publishing.build('app', { layers: 1 });
    const file = join(image(), 'image.json');
    const record = JSON.parse(readFileSync(file, 'utf8')) as { output: object };
    const { digest } = await look('stable', 'base');
    const images = [{ reference, digests: [digest as Digest], role: 'base' }];
    writeFileSync(file, JSON.stringify({ ...record, output: { ...record.output, images } }));
  };

  const publish = async (tags: readonly string[] = ['sha', 'latest']): Promise<string> => {
    const [result] = [...(await publishing.publish({ options: { tags: [...tags] } })).values()];
    expect(result).toMatchObject({ success: true });
    return result?.text ?? '';
  };
  const shaTag = (): string => publishing.workspace.git('rev-parse', '--short=7', 'HEAD');

  it('moves floating tags, and leaves the name of its commit alone', async () => {
    await build();
    await publish();
    const before = await look(shaTag());
    expect(await look('latest')).toEqual(before);
    await moveBase();
    await build();
    await publish();
    expect(await look(shaTag())).toEqual(before);
    const after = await look('latest');
    expect(after.digest).not.toBe(before.digest);
    expect(after.annotations).toMatchObject({ [UPDATES]: '1' });
    registry.log.clear();
    await publish();
    expect(registry.log.entries().filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
  });

  it('is not undone by a later publish of that commit from a cache', async () => {
    await build();
    await publish();
    cpSync(image(), kept(), { recursive: true });
    await moveBase();
    await build();
    await publish();
    const newer = await look('latest');
    rmSync(image(), { recursive: true });
    cpSync(kept(), image(), { recursive: true });
    expect(await publish()).toContain('its base image is newer');
    expect(await look('latest')).toEqual(newer);
    publishing.workspace.commit('next');
    await build();
    await publish();
    expect((await look('latest')).annotations).not.toHaveProperty([UPDATES]);
  });

  it('is newer again after the next move, also if the base goes back to what it was', async () => {
    await build();
    await publish(['latest']);
    const first = await fetch(`http://${registry.host}/v2/base/manifests/stable`);
    const manifest = await first.text();
    await moveBase();
    await build();
    await publish(['latest']);
    expect((await look('latest')).annotations).toMatchObject({ [UPDATES]: '1' });
    const headers = { 'content-type': first.headers.get('content-type') ?? '' };
    await fetch(`http://${registry.host}/v2/base/manifests/stable`, { method: 'PUT', headers, body: manifest });
    await build();
    await publish(['latest']);
    expect((await look('latest')).annotations).toMatchObject({ [UPDATES]: '2' });
  });

  it('is used in place of one on the old base that another machine built', async () => {
    await build();
    cpSync(image(), kept(), { recursive: true });
    await moveBase();
    await build();
    await publish();
    const published = await look(shaTag());
    rmSync(image(), { recursive: true });
    cpSync(kept(), image(), { recursive: true });
    await publish(['sha', 'latest', 'v9']);
    expect(await look(shaTag())).toEqual(published);
    expect(await look('latest')).toEqual(published);
    expect(await look('v9')).toEqual(published);
  });

  it('keeps the published image if the registry of its base does not answer', async () => {
    await build();
    await publish();
    const before = await look('latest');
    await moveBase();
    await build();
    registry.faults.add({ path: /\/v2\/base\/manifests\/stable/, times: Infinity, answer: { status: 403 } });
    await publish();
    expect(await look('latest')).toEqual(before);
  });
});
