import { Readable } from 'node:stream';

import { copyImage, type MountSource, type OciErrorCode } from '@nx-oci/model';
import { makeImage, makeIndex, MemoryStore, toFailWithCode, type MadeImage } from '@nx-oci/model/testing';
import { memoryStorage, profiles, type ProfileSettings, type RegistryProfile, type RunningRegistry } from '@nx-oci/registry';

import { type RegistryClient } from './client';
import { type Repository } from './repository';
import { ALICE, testClient } from './testing/test-client';
import { startRegistry } from './testing/test-registry';

expect.extend({ toFailWithCode });

const ALL: readonly [string, RegistryProfile][] = Object.values(profiles).map((profile) => [profile.title, profile]);
const LOGIN = { username: ALICE.username, password: ALICE.password };
const IMAGE = makeImage({ layers: 3 });
const OTHER = makeImage({ seed: 'other', config: { Env: ['OTHER=1'] } });

describe.each(ALL)('the client at %s', (_title, profile) => {
  let registry: RunningRegistry;
  /** The same content, without login and quirks, to read it without our client. */
  let reader: RunningRegistry;
  let client: RegistryClient;

  beforeEach(async () => {
    const storage = memoryStorage();
    registry = await startRegistry({
      profile,
      storage,
      login: LOGIN,
      settings: settingsFor(profile),
    });
    reader = await startRegistry({ storage });
    client = clientFor(registry);
  });

  afterEach(async () => {
    await client.close();
    await Promise.all([registry.close(), reader.close()]);
  });

  const repository = (name = 'team/api'): Repository => client.repository({ registry: registry.host, repository: name, access: 'push' });
  const digestAt = async (name: string, reference: string): Promise<string | null> =>
    (await fetch(`${reader.url}/v2/${name}/manifests/${reference}`, { method: 'HEAD' })).headers.get('docker-content-digest');
  const push = async (to: Repository, image: MadeImage, tag: string): Promise<void> => {
    await copyImage(sourceOf(image.contents), to, image.manifest.descriptor);
    await to.tag(image.manifest, tag);
  };

  it('pushes an image, finds it at the next push, and sets a second tag', async () => {
    const api = repository();
    expect(await api.resolve('1.0.0')).toBeUndefined();
    await push(api, IMAGE, '1.0.0');
    expect(await digestAt('team/api', '1.0.0')).toBe(IMAGE.manifest.descriptor.digest);

    expect(await api.resolve('1.0.0')).toEqual(IMAGE.manifest.descriptor);
    // The manifest itself: copyImage does not look up the root.
    const { uploaded, mounted } = await copyImage(sourceOf(IMAGE.contents), api, IMAGE.manifest.descriptor);
    expect([uploaded.count, mounted.count]).toEqual([1, 0]);
    await api.tag(IMAGE.manifest, '1.0.0');

    await api.tag(IMAGE.manifest, 'latest');
    expect(await digestAt('team/api', 'latest')).toBe(IMAGE.manifest.descriptor.digest);
    expect([...(await api.listTags()).names].sort()).toEqual(['1.0.0', 'latest']);
  });

  it.each([
    { from: 'team/api', to: 'team/web', how: 'with a token that covers both from the start', mountSources: ['team/api'] },
    { from: 'team/web', to: 'team/api', how: 'with one in the other order', mountSources: ['team/web'] },
    { from: 'team/api', to: 'team/web', how: 'with what it has', mountSources: [] },
  ])('mounts the blobs of a sibling repository, or uploads them: $how', async ({ from, to, mountSources }) => {
    await push(repository(from), IMAGE, 'latest');
    // A new run without a login.
    const later = clientFor(registry);
    const target = later.repository({ registry: registry.host, repository: to, access: 'push', mountSources });
    const mountFrom = (): MountSource => ({ registry: registry.host, repository: from });
    expect(await target.resolve('latest')).toBeUndefined();
    expect(await target.listTags()).toEqual({ names: [] });
    await target.push(OTHER.config.descriptor, () => Promise.resolve(Readable.from([OTHER.config.bytes], { objectMode: false })));
    await copyImage(sourceOf(IMAGE.contents), target, IMAGE.manifest.descriptor, { mountFrom });
    await target.tag(IMAGE.manifest, 'latest');
    await later.close();
    expect(await digestAt(to, 'latest')).toBe(IMAGE.manifest.descriptor.digest);
    for (const { descriptor } of IMAGE.layers) {
      expect((await fetch(`${reader.url}/v2/${to}/blobs/${descriptor.digest}`, { method: 'HEAD' })).status).toBe(200);
    }
  });

  it('uploads blobs whose mount source does not exist', async () => {
    const web = repository('team/web');
    await copyImage(sourceOf(IMAGE.contents), web, IMAGE.manifest.descriptor, {
      mountFrom: () => ({ registry: registry.host, repository: 'nobody/nothing' }),
    });
    await web.tag(IMAGE.manifest, 'latest');
    expect(await digestAt('team/web', 'latest')).toBe(IMAGE.manifest.descriptor.digest);
  });

  it('moves a tag that may move, and reports another one as immutable', async () => {
    const api = repository();
    await push(api, IMAGE, '1.0.0');
    await api.tag(IMAGE.manifest, 'latest');
    await push(api, OTHER, 'latest');
    expect(await digestAt('team/api', 'latest')).toBe(OTHER.manifest.descriptor.digest);

    if (!profile.settings.includes('immutableTags')) return;
    await expect(api.tag(OTHER.manifest, '1.0.0')).toFailWithCode('TAG_IMMUTABLE', /cannot be moved/);
    expect(await digestAt('team/api', '1.0.0')).toBe(IMAGE.manifest.descriptor.digest);
  });

  it('pulls an index with the same digests, and lists its referrers', async () => {
    const { index, contents } = makeIndex();
    await copyImage(sourceOf(contents), repository(), index.descriptor);
    const later = clientFor(registry);
    const api = later.repository({ registry: registry.host, repository: 'team/api' });
    const memory = new MemoryStore();
    await copyImage(api, memory, index.descriptor);
    for (const { descriptor } of contents) expect(await memory.has(descriptor)).toBe(true);
    expect(await api.listReferrers(index.descriptor.digest)).toEqual([]);
    await later.close();
  });

  it('deletes a tag, or reports that only digests can be deleted', async () => {
    const api = repository();
    await push(api, IMAGE, 'latest');
    expect(await api.deleteTag('latest')).toBe(profile.name === 'docker-hub' ? 'unsupported' : 'deleted');
  });

  it('fails with a wrong password', async () => {
    const stranger = testClient({ credential: { ...ALICE, password: 'wrong' }, hosts: () => trust(registry) });
    const api = stranger.repository({ registry: registry.host, repository: 'team/api', access: 'push' });
    await expect(push(api, IMAGE, 'latest')).toFailWithCode('UNAUTHORIZED');
    await stranger.close();
    expect(await digestAt('team/api', 'latest')).toBeNull();
  });

  it('waits at a rate limit', async () => {
    for (const answerOf of profile.rateLimits) {
      const { status, headers, body } = answerOf(20);
      registry.faults.add({ method: 'PUT', path: /manifests/, answer: { status, headers, body: String(body) } });
    }
    await push(repository(), IMAGE, 'latest');
    expect(registry.log.entries().filter(({ isFault }) => isFault)).toHaveLength(profile.rateLimits.length);
    expect(await digestAt('team/api', 'latest')).toBe(IMAGE.manifest.descriptor.digest);
  });
});

describe('a repository that was not created', () => {
  it.each<{ readonly title: string; readonly profile: RegistryProfile; readonly code: OciErrorCode }>([
    { title: 'Amazon ECR', profile: profiles.ecr, code: 'NOT_FOUND' },
    { title: 'Google Artifact Registry', profile: profiles.gar, code: 'DENIED' },
    { title: 'GHCR', profile: profiles.ghcr, code: 'DENIED' },
    { title: 'Docker Hub', profile: profiles.dockerHub, code: 'UNAUTHORIZED' },
  ])('is refused by $title: $code', async ({ profile, code }) => {
    const registry = await startRegistry({ profile, login: LOGIN, settings: { repositories: MADE } });
    const client = clientFor(registry);
    const wrong = client.repository({ registry: registry.host, repository: 'team/typo', access: 'push' });
    await expect(copyImage(sourceOf(IMAGE.contents), wrong, IMAGE.manifest.descriptor)).toFailWithCode(code);
    await client.close();
    await registry.close();
  });
});

describe('a pull whose connection breaks in the middle of a blob', () => {
  // A push reads its source again when it retries; a pull into a folder or into memory cannot.
  it('resumes', async () => {
    const registry = await startRegistry();
    const client = testClient();
    try {
      const api = client.repository({ registry: registry.host, repository: 'team/api', access: 'push' });
      await copyImage(sourceOf(IMAGE.contents), api, IMAGE.manifest.descriptor);
      registry.faults.add({ method: 'GET', path: /blobs/, reset: 'in-answer' });
      await copyImage(api, new MemoryStore(), IMAGE.manifest.descriptor);
    } finally {
      await client.close();
      await registry.close();
    }
  });
});

const MADE = ['team/api', 'team/web', 'nobody/nothing'];

/** Everything that this registry is known to have. */
function settingsFor({ settings }: RegistryProfile): ProfileSettings {
  const all: ProfileSettings = { immutableTags: /^1\./, repositories: MADE, lostMounts: 1 };
  return Object.fromEntries(Object.entries(all).filter(([name]) => settings.some((heeded) => heeded === name)));
}

function clientFor(registry: RunningRegistry): RegistryClient {
  return testClient({ credential: ALICE, hosts: () => trust(registry) });
}

/** The trusted token services of Docker Hub and GitLab.com, which have other host names. */
function trust({ secondServer }: RunningRegistry): { readonly trustedHosts: readonly string[] } {
  return { trustedHosts: secondServer ? [secondServer.host] : [] };
}

function sourceOf(contents: ConstructorParameters<typeof MemoryStore>[0]): MemoryStore {
  return new MemoryStore(contents);
}
