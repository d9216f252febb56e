import { encodeManifest, MEDIA_TYPES, type Descriptor, type EncodedManifest } from '@nx-oci/model';
import { EMPTY_BLOB, makeIndex, makeSignature } from '@nx-oci/model/testing';
import { memoryStorage, profiles, startRegistry, type ProfileSettings, type RegistryProfile, type RunningRegistry } from '@nx-oci/registry';

import { type RegistryEntry } from '../configuration/registry-entry';
import { openConnection } from '../connection/open-connection';
import { copyImages } from './copy-images';
import { type CopyReport } from './copy-report';

const ALL: readonly [string, RegistryProfile, ProfileSettings][] = [
  ...Object.values(profiles).map((profile): [string, RegistryProfile, ProfileSettings] => [profile.title, profile, {}]),
  ['JFrog Artifactory that hides what it has from strangers', profiles.artifactory, { hidesFromStrangers: true }],
];
const LOGIN = { username: 'alice', password: 'secret' };

/** An emulated registry, and a second server for the same content without login and quirks, which a test reads without our client. */
interface Emulated {
  readonly registry: RunningRegistry;
  readonly plain: RunningRegistry;
  readonly entry: RegistryEntry;
}

async function emulate(profile: RegistryProfile, more: ProfileSettings): Promise<Emulated> {
  const storage = memoryStorage();
  const settings = profile.settings.includes('repositories') ? { ...more, repositories: ['team/api', 'prod/api'] } : more;
  const [registry, plain] = [await startRegistry({ profile, storage, login: LOGIN, settings }), await startRegistry({ storage })];
  const trustedHosts = registry.secondServer === undefined ? [] : [registry.secondServer.host];
  return {
    registry,
    plain,
    entry: { name: registry.host, host: registry.host, namespace: '', auth: LOGIN, trustedHosts, guard: false, onFailure: 'abort' },
  };
}

describe.each(ALL)('a copy from and to %s', (_title, profile, settings) => {
  let source: Emulated;
  let target: Emulated;
  const { index, contents, images } = makeIndex({ seed: 'api' });
  const referrer = makeSignature(index.descriptor, 'referrer');
  const tagged = makeSignature(undefined, 'tagged');
  const tag = `${images[0]!.manifest.descriptor.digest.replace(':', '-')}.sig`;
  // For registries without the referrers API.
  const list = encodeManifest({ schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests: [referrer.descriptor] });
  const listTag = index.descriptor.digest.replace(':', '-');

  beforeEach(async () => {
    [source, target] = [await emulate(profile, settings), await emulate(profile, settings)];
    for (const piece of [...contents, EMPTY_BLOB, referrer]) await put(piece, piece.descriptor.digest);
    await put(index, '1.4.0');
    await put(tagged, tag);
    await put(list, listTag);
  });

  afterEach(() => Promise.all([source, target].flatMap(({ registry, plain }) => [registry.close(), plain.close()])));

  async function put({ descriptor, bytes }: Pick<EncodedManifest, 'descriptor' | 'bytes'>, reference: string): Promise<void> {
    const isBlob = !/manifest|index/.test(descriptor.mediaType);
    const path = isBlob ? `blobs/uploads/?digest=${descriptor.digest}` : `manifests/${reference}`;
    const init = { method: isBlob ? 'POST' : 'PUT', headers: { 'content-type': descriptor.mediaType }, body: Buffer.from(bytes) };
    expect((await fetch(`${source.plain.url}/v2/team/api/${path}`, init)).status).toBe(201);
  }

  async function copy(from: Emulated, to: Emulated, repository: string): Promise<CopyReport | undefined> {
    const entries = [source.entry, target.entry];
    const connection = await openConnection({ entries, env: {} });
    const job = {
      source: { registry: from.registry.host, repository: 'team/api', tag: '1.4.0' },
      targets: [{ entry: to.entry, registry: to.registry.host, repository, tags: ['1.4.0', 'latest'] }],
      platforms: [],
    };
    try {
      const request = { jobs: [job], entries, hasReferrers: true, protection: 'versions', onFailure: 'abort', isDryRun: false } as const;
      return await copyImages(request, { ...connection, print: () => undefined, now: Date.now });
    } finally {
      await connection.close();
    }
  }

  const digestAt = async ({ plain }: Emulated, repository: string, reference: string) =>
    (await fetch(`${plain.url}/v2/${repository}/manifests/${reference}`, { method: 'HEAD' })).headers.get('docker-content-digest');

  const hasReferrers = ![profiles.ghcr, profiles.dockerHub, profiles.gitlab].includes(profile);
  const listedAt = async ({ plain }: Emulated): Promise<readonly string[] | undefined> => {
    const answer = await fetch(`${plain.url}/v2/prod/api/manifests/${listTag}`);
    if (answer.status === 404) return undefined;
    return ((await answer.json()) as { readonly manifests: readonly Descriptor[] }).manifests.map(({ digest }) => digest);
  };

  it.each([
    ['from one to the other', 'other'],
    ['between repositories', 'same'],
  ])('copies all of it %s, and has nothing to do the second time', async (_how, where) => {
    const to = where === 'same' ? source : target;
    expect((await copy(source, to, 'prod/api'))?.outcome).toBe('copied');
    for (const name of ['1.4.0', 'latest']) expect(await digestAt(to, 'prod/api', name)).toBe(index.descriptor.digest);
    for (const { descriptor } of [...contents, referrer]) {
      const kind = /manifest|index/.test(descriptor.mediaType) ? 'manifests' : 'blobs';
      const { status } = await fetch(`${to.plain.url}/v2/prod/api/${kind}/${descriptor.digest}`, { method: 'HEAD' });
      expect(status).toBe(200);
    }
    expect(await digestAt(to, 'prod/api', tag)).toBe(tagged.descriptor.digest);
    expect(await listedAt(to)).toEqual(hasReferrers ? undefined : [referrer.descriptor.digest]);
    expect((await copy(source, to, 'prod/api'))?.outcome).toBe('upToDate');
  });
});
