import { copyImage, digestOf, MEDIA_TYPES, type OciError } from '@nx-oci/model';
import { makeImage, MemoryStore, toFailWithCode, type MadeImage } from '@nx-oci/model/testing';
import { memoryStorage, profiles, type ProfileSettings, type RegistryProfile, type RunningRegistry } from '@nx-oci/registry';

import { type Repository } from './repository';
import { ALICE, testClient } from './testing/test-client';
import { startRegistry } from './testing/test-registry';

expect.extend({ toFailWithCode });

const LOGIN = { username: ALICE.username, password: ALICE.password };
const IMAGE = makeImage({ layers: 2 });
const OTHER = makeImage({ seed: 'other', config: { Env: ['OTHER=1'] } });

interface Scene {
  readonly registry: RunningRegistry;
  readonly api: Repository;
}

async function play(profile: RegistryProfile, settings: ProfileSettings = {}, content = memoryStorage()): Promise<Scene> {
  const registry = await startRegistry({ profile, settings, login: LOGIN, storage: content });
  const client = testClient({
    credential: ALICE,
    hosts: () => ({ trustedHosts: registry.secondServer ? [registry.secondServer.host] : [] }),
  });
  return { registry, api: client.repository({ registry: registry.host, repository: 'team/api', access: 'push' }) };
}

async function push({ api }: Scene, image: MadeImage, tag: string): Promise<void> {
  await copyImage(new MemoryStore(image.contents), api, image.manifest.descriptor);
  await api.tag(image.manifest, tag);
}

/** The error of a push. */
const failureOf = (scene: Scene): Promise<OciError> => push(scene, IMAGE, 'v1').then(fail, (error: unknown) => error as OciError);
const fail = (): never => {
  throw new Error('It was pushed.');
};
const errorBody = (code: string, message: string): string => JSON.stringify({ errors: [{ code, message }] });

describe('Harbor', () => {
  it('with a full quota is distinguished from a missing permission and an immutable tag', async () => {
    const content = memoryStorage();
    await push(await play(profiles.harbor, {}, content), OTHER, 'v1');
    const { code, message, hint } = await failureOf(await play(profiles.harbor, { hasFullQuota: true }, content));
    expect(code).toBe('DENIED');
    expect(message).toContain('configured upper limit of 100.0 MiB');
    expect(hint).toContain('a higher quota');
  });

  it('that does not serve unscanned images is quoted, and accepts pushes', async () => {
    const scene = await play(profiles.harbor, { unscannedTags: ['v1'] });
    await push(scene, IMAGE, 'v1');
    await expect(scene.api.fetchManifest('v1')).toFailWithCode('REGISTRY_FAILED', /vulnerability scanning/);
    expect(await scene.api.fetchManifest('v1').catch((error: unknown) => (error as OciError).hint)).toContain('scanned or signed');
  });
});

describe('Harbor’s cache of another registry', () => {
  it.each([
    ['for a new tag', []],
    ['for a tag of another image', [OTHER]],
  ])('accepts no pushes, which is distinguished from a missing permission and an immutable tag: %s', async (_where, there) => {
    const content = memoryStorage();
    for (const image of there) await push(await play(profiles.harbor, {}, content), image, 'v1');
    const scene = await play(profiles.harbor, { cacheProjects: ['team'] }, content);
    for (const attempt of [failureOf(scene), scene.api.tag(OTHER.manifest, 'v1').then(fail, (error: unknown) => error as OciError)]) {
      const { code, message, hint } = await attempt;
      expect([code, message]).toEqual(['DENIED', expect.stringContaining('can not push artifact to a proxy project: team')]);
      expect(hint).toContain('push to a project of your own');
    }
  });
});

describe('Quay', () => {
  it('with a full quota is quoted, with a hint', async () => {
    const { code, message, hint } = await failureOf(await play(profiles.quay, { hasFullQuota: true }));
    expect([code, message]).toEqual(['DENIED', expect.stringContaining('Quota has been exceeded')]);
    expect(hint).toContain('a higher quota');
  });

  it('that is read-only is reported as such, not as an unsupported request, and serves pulls', async () => {
    const content = memoryStorage();
    await push(await play(profiles.quay, {}, content), OTHER, 'v1');
    const scene = await play(profiles.quay, { isReadOnly: true }, content);
    const { code, message, hint } = await failureOf(scene);
    expect([code, message]).toEqual(['DENIED', expect.stringContaining('currently read-only')]);
    expect(hint).toContain('read-only during maintenance');
    expect(await scene.api.resolve('v1')).toEqual(OTHER.manifest.descriptor);
    await expect(scene.api.tag(OTHER.manifest, 'v2')).toFailWithCode('DENIED', /currently read-only/);
    await expect(scene.api.deleteTag('v1')).toFailWithCode('DENIED', /currently read-only/);
  });
});

describe('Artifactory', () => {
  it('is not sent blobs that the manifest of a sibling repository names', async () => {
    const content = memoryStorage();
    await push(await play(profiles.artifactory, {}, content), IMAGE, 'v1');
    const { registry } = await play(profiles.artifactory, {}, content);
    const web = testClient({ credential: ALICE }).repository({ registry: registry.host, repository: 'team/web', access: 'push' });
    const mountFrom = () => ({ registry: registry.host, repository: 'team/api' });
    expect(await web.resolve('v1')).toBeUndefined();
    const { present, uploaded } = await copyImage(new MemoryStore(IMAGE.contents), web, IMAGE.manifest.descriptor, { mountFrom });
    // The manifest alone.
    expect([present.count, uploaded.count]).toEqual([3, 1]);
    expect(registry.log.entries().filter(({ method, path }) => method !== 'HEAD' && path.includes('/blobs/'))).toEqual([]);
  });
});

describe('GHCR’s token service', () => {
  it.each([
    ['with an explanation', errorBody('DENIED', 'requested access to the resource is denied')],
    ['without one', ''],
  ])('that refuses a token %s fails the push once with a permission error, and is not quoted', async (_how, body) => {
    // https://github.com/cloudflare/serverless-registry/issues/148
    const scene = await play(profiles.ghcr);
    scene.registry.faults.add({ path: /^\/token/, times: Infinity, answer: { status: 403, body } });
    const { code, message, hint } = await failureOf(scene);
    expect(code).toBe('DENIED');
    expect(message).toMatch(/answered 403/);
    expect(message).not.toContain('requested access');
    expect(hint).toContain('allow it to push');
    expect(scene.registry.log.entries().filter(({ method }) => !['GET', 'HEAD', 'POST'].includes(method))).toEqual([]);
  });

  it('is waited for when it limits the rate, in both of its forms', async () => {
    const scene = await play(profiles.ghcr);
    for (const answerOf of profiles.ghcr.rateLimits) {
      const { status, headers, body } = answerOf(20);
      scene.registry.faults.add({ path: /^\/token/, answer: { status, headers, body: String(body) } });
    }
    await push(scene, IMAGE, 'v1');
    expect(scene.registry.log.entries().filter(({ isFault }) => isFault)).toHaveLength(2);
  });
});

describe('GitLab', () => {
  it('accepts pushes with a write-only token, while existing content remains unknown without repeated requests', async () => {
    const content = memoryStorage();
    const scene = await play(profiles.gitlab, { isWriteOnly: true }, content);
    expect(await scene.api.resolve('v1')).toBe('unknown');
    await push(scene, IMAGE, 'v1');
    expect(await (await play(profiles.gitlab, {}, content)).api.resolve('v1')).toEqual(IMAGE.manifest.descriptor);
  });
});

describe('Amazon ECR', () => {
  const { mediaType: _mediaType, ...rest } = JSON.parse(Buffer.from(IMAGE.manifest.bytes).toString('utf8')) as Record<string, unknown>;

  it('accepts documents with a media type, as all of ours have', async () => {
    await push(await play(profiles.ecr), IMAGE, 'v1');
  });

  it('is quoted when it refuses a foreign document without one', async () => {
    const scene = await play(profiles.ecr);
    await push(scene, IMAGE, 'v1');
    const bytes = Buffer.from(JSON.stringify(rest));
    const nameless = { bytes, descriptor: { mediaType: MEDIA_TYPES.ociManifest, size: bytes.length, digest: digestOf(bytes) } };
    await expect(scene.api.tag(nameless, 'v2')).toFailWithCode('REGISTRY_FAILED', /ImageManifest/);
  });
});
