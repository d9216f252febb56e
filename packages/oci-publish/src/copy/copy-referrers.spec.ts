import { encodeManifest, MEDIA_TYPES, type Descriptor, type EncodedManifest } from '@nx-oci/model';
import { EMPTY_BLOB, makeImage, makeSignature } from '@nx-oci/model/testing';
import { profiles, startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { useCopying } from './testing/copying';

const scene = useCopying();
const { copy, put, ask, digestAt, tagsAt } = scene;

describe('what refers to an image', () => {
  const referrersAt = async (registry: RunningRegistry, repository: string, digest: string): Promise<readonly Descriptor[]> =>
    ((await (await ask(registry, `${repository}/referrers/${digest}`)).json()) as { manifests: Descriptor[] }).manifests;

  it('is copied: of the index, of a platform, and of what refers to them', async () => {
    const ofIndex = makeSignature(scene.index.index.descriptor, 'index');
    const ofPlatform = makeSignature(scene.index.images[1]!.manifest.descriptor, 'platform');
    const ofSignature = makeSignature(ofIndex.descriptor, 'signature');
    await put('team/app', [EMPTY_BLOB, ofIndex, ofPlatform, ofSignature]);
    const report = await copy({ from: `${scene.source.host}/team/app:1.4.0`, to: 'corp' });
    expect(report?.images[0]?.to[0]?.attachments).toEqual({ copied: 3, present: 0, kept: 0 });
    for (const [subject, signature] of [
      [scene.index.index, ofIndex],
      [scene.index.images[1]!.manifest, ofPlatform],
      [ofIndex, ofSignature],
    ] as const) {
      expect(await referrersAt(scene.target, 'mirror/app', subject.descriptor.digest)).toMatchObject([signature.descriptor]);
    }
    expect((await copy({ from: `${scene.source.host}/team/app:1.4.0`, to: 'corp' }))?.outcome).toBe('upToDate');
  });

  it('is found by the fallback tag if neither registry has the API', async () => {
    await Promise.all([scene.source.close(), scene.target.close()]);
    // Without a login, so that a stranger can write there, too.
    scene.playOn(await startRegistry({ profile: profiles.ghcr }), await startRegistry({ profile: profiles.ghcr }));
    await put('team/app', scene.index.contents, scene.index.index, '1.4.0');
    const signature = makeSignature(scene.index.index.descriptor, 'old');
    const before = makeSignature(scene.index.index.descriptor, 'of a copy that broke off before it was on the list');
    const own = makeSignature(scene.index.index.descriptor, 'of the target alone');
    const list = (...manifests: EncodedManifest[]) =>
      encodeManifest({ schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests: manifests.map(({ descriptor }) => descriptor) });
    const tag = scene.index.index.descriptor.digest.replace(':', '-');
    await put('team/app', [EMPTY_BLOB, signature, before], list(signature, before), tag);
    await put(scene.atTarget('mirror/app'), [EMPTY_BLOB, own, before], list(own), tag);
    await copy({ from: `${scene.source.host}/team/app:1.4.0`, to: 'corp' });
    const { manifests } = (await (await ask(scene.target, `mirror/app/manifests/${tag}`)).json()) as { manifests: Descriptor[] };
    expect(manifests.map(({ digest }) => digest).sort()).toEqual(
      [own, signature, before].map(({ descriptor }) => descriptor.digest).sort(),
    );
    expect(await digestAt(scene.target, `mirror/app/manifests/${signature.descriptor.digest}`)).toBe(signature.descriptor.digest);
  });

  it('is found by cosign’s tags, of which none is lost at the target', async () => {
    const signature = makeSignature(undefined, 'cosign');
    const tagOf = ({ descriptor }: EncodedManifest, suffix: string) => descriptor.digest.replace(':', '-') + suffix;
    await put('team/app', [EMPTY_BLOB], signature, tagOf(scene.index.index, '.sig'));
    await put('team/app', [], signature, tagOf(scene.index.images[0]!.manifest, '.att'));
    const own = makeImage({ seed: 'signed by the target' });
    await put(scene.atTarget('mirror/app'), own.contents, own.manifest, tagOf(scene.index.images[0]!.manifest, '.att'));
    const report = await copy({ from: `${scene.source.host}/team/app:1.4.0`, to: 'corp' });
    expect(report?.images[0]?.to[0]?.attachments).toEqual({ copied: 1, present: 0, kept: 1 });
    expect(await digestAt(scene.target, `mirror/app/manifests/${tagOf(scene.index.index, '.sig')}`)).toBe(signature.descriptor.digest);
    expect(await digestAt(scene.target, `mirror/app/manifests/${tagOf(scene.index.images[0]!.manifest, '.att')}`)).toBe(
      own.manifest.descriptor.digest,
    );
  });

  it('is not lost at the target if it was added there during a copy', async () => {
    const tag = `${scene.index.index.descriptor.digest.replace(':', '-')}.sig`;
    await put('team/app', [EMPTY_BLOB], makeSignature(undefined, 'cosign'), tag);
    const own = makeImage({ seed: 'signed by the target' });
    let added: Promise<void> | undefined;
    const report = await copy({ from: `${scene.source.host}/team/app:1.4.0`, to: 'corp' }, undefined, ({ client }) => ({
      // All content is there, and no tag is set.
      passPointOfNoReturn: () => void (added = put(scene.atTarget('mirror/app'), own.contents, own.manifest, tag)),
      client: {
        ...client,
        repository: (options) => {
          const repository = client.repository(options);
          return { ...repository, inspect: async (...asked) => (await added, repository.inspect(...asked)) };
        },
      },
    }));
    expect(report?.images[0]?.to[0]?.attachments).toEqual({ copied: 0, present: 0, kept: 1 });
    expect(await digestAt(scene.target, `mirror/app/manifests/${tag}`)).toBe(own.manifest.descriptor.digest);
  });

  it('is found by cosign’s tags even if tags cannot be listed', async () => {
    const tag = `${scene.index.index.descriptor.digest.replace(':', '-')}.sig`;
    await put('team/app', [EMPTY_BLOB], makeSignature(undefined, 'cosign'), tag);
    scene.source.faults.add({ path: /\/tags\/list/, times: Infinity, answer: { status: 403 } });
    await copy({ from: `${scene.source.host}/team/app:1.4.0`, to: 'corp' });
    expect(await tagsAt(scene.target, 'mirror/app')).toEqual(['1.4.0', tag]);
  });

  it('stays behind with --referrers=false', async () => {
    await put('team/app', [EMPTY_BLOB, makeSignature(scene.index.index.descriptor, 'index')]);
    await copy({ from: `${scene.source.host}/team/app:1.4.0`, to: 'corp', referrers: false });
    expect(await referrersAt(scene.target, 'mirror/app', scene.index.index.descriptor.digest)).toEqual([]);
    expect(scene.source.log.entries().some(({ path }) => path.includes('/referrers/'))).toBe(false);
  });
});
