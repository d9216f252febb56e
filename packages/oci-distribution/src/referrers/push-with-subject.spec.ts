import { type Descriptor, type Digest, digestOf, encodeManifest, type EncodedManifest, MEDIA_TYPES } from '@nx-oci/model';
import { EMPTY_BLOB, makeSignature, SIGNATURE_TYPE, makeImage, toFailWithCode } from '@nx-oci/model/testing';
import { memoryStorage, profiles, type Quirk, type RegistryProfile, type RunningRegistry } from '@nx-oci/registry';

import { type Repository } from '../repository';
import { contentOf, testClient } from '../testing/test-client';
import { startRegistry } from '../testing/test-registry';

expect.extend({ toFailWithCode });

const IMAGE = makeImage({ layers: 1 });
const SUBJECT = IMAGE.manifest.descriptor;
const TAG = SUBJECT.digest.replace(':', '-');

interface Scene {
  readonly registry: RunningRegistry;
  /** The same content, without quirks, to read it without our client. */
  readonly plain: RunningRegistry;
}

async function play(profile?: RegistryProfile): Promise<Scene> {
  const storage = memoryStorage();
  return { registry: await startRegistry({ profile, storage }), plain: await startRegistry({ storage, acceptSparse: true }) };
}

/** A repository of a new run, with the image in it. */
async function openRepository({ registry }: Scene): Promise<Repository> {
  const repository = testClient().repository({ registry: registry.host, repository: 'app', access: 'push' });
  for (const blob of [...IMAGE.layers, IMAGE.config, EMPTY_BLOB]) await repository.push(blob.descriptor, contentOf(blob));
  await repository.push(SUBJECT, contentOf(IMAGE.manifest));
  return repository;
}

async function pushTo(scene: Scene, ...manifests: readonly EncodedManifest[]): Promise<void> {
  const repository = await openRepository(scene);
  for (const manifest of manifests) await repository.push(manifest.descriptor, contentOf(manifest));
}

async function listAt({ plain }: Scene, tag = TAG): Promise<readonly Descriptor[] | undefined> {
  const answer = await fetch(`${plain.url}/v2/app/manifests/${tag}`);
  if (answer.status === 404) return undefined;
  expect(answer.headers.get('content-type')).toBe(MEDIA_TYPES.ociIndex);
  return ((await answer.json()) as { readonly manifests: readonly Descriptor[] }).manifests;
}

const writesOfList = ({ registry }: Scene) => registry.log.entries().filter(({ method, path }) => method === 'PUT' && path.endsWith(TAG));
const listOf = (...manifests: readonly EncodedManifest[]): EncodedManifest =>
  encodeManifest({ schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests: manifests.map(({ descriptor }) => descriptor) });

/** Written as by another program. */
async function putPlainly({ plain }: Scene, { descriptor, bytes }: EncodedManifest, reference: string): Promise<void> {
  const headers = { 'content-type': descriptor.mediaType };
  const { status } = await fetch(`${plain.url}/v2/app/manifests/${reference}`, { method: 'PUT', headers, body: Buffer.from(bytes) });
  expect(status).toBe(201);
}

const digestsOf = (list: readonly Descriptor[] | undefined): readonly Digest[] => (list ?? []).map(({ digest }) => digest).sort();
const sorted = (...manifests: readonly EncodedManifest[]): readonly Digest[] => digestsOf(manifests.map(({ descriptor }) => descriptor));

describe('a manifest with a subject', () => {
  const signature = makeSignature(SUBJECT, 'ours');
  const foreign = makeSignature(SUBJECT, 'of another tool');

  it.each([
    { title: 'a registry that says so', profile: undefined },
    { title: 'Quay, which does not say so', profile: profiles.quay },
  ])('is left to $title, which lists referrers itself', async ({ profile }) => {
    const scene = await play(profile);
    await pushTo(scene, signature);
    expect(await listAt(scene)).toBeUndefined();
    expect(await (await openRepository(scene)).listReferrers(SUBJECT.digest)).toMatchObject([signature.descriptor]);
  });

  describe.each([
    { title: 'GHCR, which answers with a web page', profile: profiles.ghcr },
    { title: 'Docker Hub, which has no such address', profile: profiles.dockerHub },
  ])('at $title', ({ profile }) => {
    it('is added to the list under the tag, with type and annotations', async () => {
      const scene = await play(profile);
      await pushTo(scene, signature);
      const entry = { ...signature.descriptor, artifactType: SIGNATURE_TYPE, annotations: { note: 'ours' } };
      expect(await listAt(scene)).toEqual([entry]);
    });

    it('gets its type from its config if it has none, and no type if an index has none', async () => {
      const scene = await play(profile);
      const untyped = makeSignature(SUBJECT, 'untyped', { artifactType: '' });
      const index = encodeManifest({ schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests: [], subject: SUBJECT });
      await pushTo(scene, untyped, index);
      expect(await listAt(scene)).toEqual([
        { ...untyped.descriptor, artifactType: MEDIA_TYPES.ociEmpty, annotations: { note: 'untyped' } },
        index.descriptor,
      ]);
    });

    it('is added once, and keeps the entries of others', async () => {
      const scene = await play(profile);
      await pushTo(scene);
      await putPlainly(scene, foreign, foreign.descriptor.digest);
      await putPlainly(scene, listOf(foreign), TAG);
      await pushTo(scene, signature);
      await pushTo(scene, signature);
      expect(await listAt(scene)).toEqual([foreign.descriptor, expect.objectContaining(signature.descriptor)]);
      expect(writesOfList(scene)).toHaveLength(1);
    });

    it('is added once, whatever the number of its tags', async () => {
      const scene = await play(profile);
      const repository = await openRepository(scene);
      await repository.tagAll(signature, [['one', 'two'], ['three']]);
      await repository.tag(signature, 'four');
      expect(digestsOf(await listAt(scene))).toEqual(sorted(signature));
      expect(writesOfList(scene)).toHaveLength(1);
    });
  });

  it('has a separate list for each subject, even with a longer digest', async () => {
    const scene = await play(profiles.ghcr);
    const long = digestOf('a subject that does not exist', 'sha512');
    const other = makeSignature({ ...SUBJECT, digest: long }, 'other');
    await pushTo(scene, signature, other);
    expect(digestsOf(await listAt(scene))).toEqual(sorted(signature));
    expect(digestsOf(await listAt(scene, `sha512-${long.slice('sha512:'.length).slice(0, 64)}`))).toEqual(sorted(other));
  });

  it('is added even if the list has an entry whose manifest was deleted', async () => {
    const scene = await play(profiles.ghcr);
    await pushTo(scene);
    await putPlainly(scene, foreign, foreign.descriptor.digest);
    await putPlainly(scene, listOf(makeSignature(SUBJECT, 'removed'), foreign), TAG);
    await pushTo(scene, signature);
    expect(digestsOf(await listAt(scene))).toEqual(sorted(foreign, signature));
  });

  it('is refused, and the tag kept, if the tag is not a list', async () => {
    const scene = await play(profiles.ghcr);
    await pushTo(scene);
    await putPlainly(scene, IMAGE.manifest, TAG);
    await expect(pushTo(scene, signature)).toFailWithCode('MANIFEST_INVALID', /Cannot read the referrers list/);
    expect(writesOfList(scene)).toEqual([]);
  });
});

describe('a list with concurrent writers', () => {
  const signatures = Array.from({ length: 6 }, (_, number) => makeSignature(SUBJECT, `number ${number}`));
  const [ours, theirs] = signatures as [EncodedManifest, EncodedManifest];

  /** GHCR with hooks `before` and `after` each write of the list. */
  function disturbed({ before, after }: { readonly before?: () => Promise<void>; readonly after?: () => Promise<void> }): RegistryProfile {
    const disturb: Quirk = async ({ request, route }, next) => {
      if (request.method !== 'PUT' || route.reference !== TAG) return next();
      await before?.();
      const answer = await next();
      await after?.();
      return answer;
    };
    return { ...profiles.ghcr, makeQuirks: (settings) => [disturb, ...profiles.ghcr.makeQuirks(settings)] };
  }

  const playDisturbed = async (profile: RegistryProfile): Promise<Scene> => {
    const scene = await play(profile);
    await pushTo(scene);
    await putPlainly(scene, theirs, theirs.descriptor.digest);
    return scene;
  };

  it('keeps the entries of all pushes of a run', async () => {
    const scene = await play(profiles.ghcr);
    const repository = await openRepository(scene);
    await Promise.all(signatures.map((manifest) => repository.push(manifest.descriptor, contentOf(manifest))));
    expect(digestsOf(await listAt(scene))).toEqual(sorted(...signatures));
  });

  it('is not overwritten if the registry checks the condition', async () => {
    const once = [theirs];
    const scene: Scene = await playDisturbed(
      disturbed({
        before: async () => {
          for (const manifest of once.splice(0)) await putPlainly(scene, listOf(manifest), TAG);
        },
      }),
    );
    await putPlainly(scene, listOf(), TAG);
    await pushTo(scene, ours);
    expect(digestsOf(await listAt(scene))).toEqual(sorted(ours, theirs));
    expect(writesOfList(scene).map(({ status }) => status)).toEqual([412, 201]);
  });

  it('is written again if another client, which had read it before, overwrote it', async () => {
    const once = [theirs];
    const scene: Scene = await playDisturbed(
      disturbed({
        after: async () => {
          for (const manifest of once.splice(0)) await putPlainly(scene, listOf(manifest), TAG);
        },
      }),
    );
    await pushTo(scene, ours);
    expect(digestsOf(await listAt(scene))).toEqual(sorted(ours, theirs));
    expect(writesOfList(scene)).toHaveLength(2);
  });

  it('is given up if another client always overwrites it', async () => {
    const scene: Scene = await playDisturbed(disturbed({ after: () => putPlainly(scene, listOf(theirs), TAG) }));
    await expect(pushTo(scene, ours)).toFailWithCode('REGISTRY_FAILED', /changes again after every write/);
    expect(writesOfList(scene)).toHaveLength(6);
  });

  it('fails unchanged if its tag must not move', async () => {
    const scene = await play({
      ...profiles.ghcr,
      makeQuirks: (settings) => [
        ({ request, route }, next) => (request.method === 'PUT' && route.reference === TAG ? Promise.resolve({ status: 412 }) : next()),
        ...profiles.ghcr.makeQuirks(settings),
      ],
    });
    await pushTo(scene);
    await putPlainly(scene, listOf(theirs), TAG);
    await expect(pushTo(scene, ours)).toFailWithCode('TAG_IMMUTABLE');
    expect(writesOfList(scene)).toHaveLength(1);
  });
});

describe('linking existing manifests', () => {
  it('lists manifests without a subject, and sends no request for those that were just pushed', async () => {
    const scene = await play(profiles.ghcr);
    const [withSubject, without] = [makeSignature(SUBJECT, 'one'), makeSignature(undefined, 'other')];
    const repository = await openRepository(scene);
    for (const manifest of [withSubject, without]) await repository.push(manifest.descriptor, contentOf(manifest));
    scene.registry.log.clear();
    await repository.linkReferrers({ subject: SUBJECT.digest, referrers: [withSubject] });
    expect(scene.registry.log.entries()).toEqual([]);
    await repository.linkReferrers({ subject: SUBJECT.digest, referrers: [withSubject, without] });
    expect(digestsOf(await listAt(scene))).toEqual(sorted(withSubject, without));
  });
});
