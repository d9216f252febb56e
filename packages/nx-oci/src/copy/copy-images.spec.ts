import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';

import { encodeManifest, MEDIA_TYPES, OciError, type Descriptor, type EncodedManifest } from '@nx-oci/model';
import { makeImage, makeIndex, type MadeIndex } from '@nx-oci/model/testing';
import { profiles, startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { loadRegistries } from '../configuration/registries';
import { openConnection } from '../connection/open-connection';
import { normalizeOptions } from '../executors/copy/normalize-options';
import { type CopyOptions } from '../executors/copy/written-options';
import { makeWorkspace, type TestWorkspace } from '../testing/make-workspace';
import { copyImages } from './copy-images';
import { type CopyReport } from './copy-report';

const LOGIN = { username: 'robot', password: 'correct-horse' };
// Nobody is left out for being slow: what is read once here is read once on any machine.
const sharing = { gatherMs: 600_000, stallMs: 600_000 };
const ACCEPT = [MEDIA_TYPES.ociIndex, MEDIA_TYPES.ociManifest].join(', ');

describe('copyImages', () => {
  let workspace: TestWorkspace;
  let source: RunningRegistry;
  let target: RunningRegistry;
  let index: MadeIndex;
  const printed: string[] = [];

  beforeEach(async () => {
    workspace = makeWorkspace();
    [source, target] = [await startRegistry(), await startRegistry({ login: LOGIN })];
    writeRegistries();
    index = makeIndex({ seed: 'app' });
    await put('team/app', index.contents, index.index, '1.4.0');
    printed.length = 0;
  });

  afterEach(async () => {
    await Promise.all([source.close(), target.close()]);
    workspace.remove();
  });

  function writeRegistries() {
    workspace.write(
      'registries.yaml',
      `registries:
  dev: { host: '${source.host}', namespace: team }
  corp: { host: '${target.host}', namespace: mirror, auth: { username: robot, password: '\${SECRET}' } }
mirrors:
  - from: '${source.host}/\${TEAM}/app:1.4.0'
    to: [corp]
    tags: [latest]
`,
    );
  }

  async function copy(options: CopyOptions, password = LOGIN.password): Promise<CopyReport | undefined> {
    const env = { SECRET: password, TEAM: 'team' };
    const registries = await loadRegistries(workspace.root, env);
    const request = normalizeOptions(options, { project: 'app', registries, env });
    const { client } = await openConnection({ entries: request.entries, env });
    try {
      return await copyImages(request, { client, print: (text) => printed.push(stripVTControlCharacters(text)), now: Date.now, sharing });
    } finally {
      await client.close();
    }
  }

  type Piece = Pick<EncodedManifest, 'descriptor' | 'bytes'>;

  interface Place {
    readonly registry: RunningRegistry;
    readonly repository: string;
  }

  const atTarget = (repository: string): Place => ({ registry: target, repository });

  /** Stores content at the source as a stranger would: plain HTTP, no code of ours. */
  async function put(place: string | Place, contents: readonly Piece[], root?: Piece, tag?: string): Promise<void> {
    const { registry, repository } = typeof place === 'string' ? { registry: source, repository: place } : place;
    const base = `${registry.url}/v2/${repository}`;
    const authorization = `Basic ${Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64')}`;
    const send = async (url: string, { descriptor, bytes }: Piece, method: string) => {
      const headers = { 'content-type': descriptor.mediaType, authorization };
      const { status } = await fetch(url, { method, headers, body: Buffer.from(bytes) });
      if (status !== 201) throw new Error(`${url} answered ${status}`);
    };
    for (const piece of contents) {
      const { mediaType, digest } = piece.descriptor;
      if (/manifest|index/.test(mediaType)) await send(`${base}/manifests/${digest}`, piece, 'PUT');
      else await send(await openUpload(`${base}/blobs/uploads/`, authorization, digest), piece, 'PUT');
    }
    if (root !== undefined) await send(`${base}/manifests/${tag ?? root.descriptor.digest}`, root, 'PUT');
  }

  async function openUpload(url: string, authorization: string, digest: string): Promise<string> {
    const { headers } = await fetch(url, { method: 'POST', headers: { authorization } });
    return `${new URL(headers.get('location') ?? '', url).href}?digest=${digest}`;
  }

  /** Asks as a stranger would. */
  function ask(registry: RunningRegistry, path: string): Promise<Response> {
    const authorization = `Basic ${Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64')}`;
    return fetch(`${registry.url}/v2/${path}`, { headers: { authorization, accept: ACCEPT } });
  }

  const digestAt = async (registry: RunningRegistry, path: string) =>
    (await ask(registry, path)).headers.get('docker-content-digest') ?? undefined;

  const tagsAt = async (registry: RunningRegistry, repository: string): Promise<readonly string[]> => {
    const answer = await ask(registry, `${repository}/tags/list`);
    return answer.status === 404 ? [] : ((await answer.json()) as { tags: string[] }).tags.sort();
  };

  const writesAt = (registry: RunningRegistry) =>
    registry.log.entries().filter(({ method, status }) => !['GET', 'HEAD'].includes(method) && status !== 401);
  const uploadsAt = (registry: RunningRegistry) =>
    writesAt(registry).filter(({ path, status }) => /\/blobs\/uploads\/.*[?&]digest=/.test(path) && status === 201);

  const blobReads = () => source.log.entries().filter(({ method, path }) => method === 'GET' && path.includes('/blobs/')).length;

  it('copies a whole index with its own digest, and sends nothing the second time', async () => {
    const report = await copy({ from: `${source.host}/team/app:1.4.0`, to: 'corp', tags: ['1.4.0', 'latest'] });
    expect(report).toMatchObject({ outcome: 'copied', images: [{ digest: index.index.descriptor.digest, to: [{ sent: { count: 7 } }] }] });
    expect(await tagsAt(target, 'mirror/app')).toEqual(['1.4.0', 'latest']);
    const answer = await ask(target, 'mirror/app/manifests/1.4.0');
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(Buffer.from(index.index.bytes));
    for (const { descriptor } of index.images.flatMap(({ layers, config }) => [...layers, config])) {
      expect((await ask(target, `mirror/app/blobs/${descriptor.digest}`)).status).toBe(200);
    }
    expect(printed.join('\n')).toContain(`1.4.0 is ${index.index.descriptor.digest} at every target`);

    const writes = writesAt(target).length;
    const again = await copy({ from: `${source.host}/team/app:1.4.0`, to: 'corp', tags: ['1.4.0', 'latest'] });
    expect(again?.outcome).toBe('upToDate');
    expect(writesAt(target)).toHaveLength(writes);
  });

  it('copies the mirrors of registries.yaml, their further tags too', async () => {
    const other = makeImage({ seed: 'other' });
    await put('team/app', other.contents, other.manifest, 'latest');
    const report = await copy({});
    expect(report?.images.map(({ from }) => from)).toEqual([`${source.host}/team/app:1.4.0`, `${source.host}/team/app:latest`]);
    expect(await digestAt(target, 'mirror/app/manifests/latest')).toBe(other.manifest.descriptor.digest);
    expect(await digestAt(target, 'mirror/app/manifests/1.4.0')).toBe(index.index.descriptor.digest);
  });

  it('only sets tags where the image is already', async () => {
    const writes = writesAt(source).length;
    await copy({ from: `${source.host}/team/app@${index.index.descriptor.digest}`, tags: ['v1.4.0', 'stable'] });
    expect(await tagsAt(source, 'team/app')).toEqual(['1.4.0', 'stable', 'v1.4.0']);
    // Both in one request, for this registry takes several tags at once.
    const requests = writesAt(source).slice(writes);
    expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `PUT /v2/team/app/manifests/${index.index.descriptor.digest}?tag=v1.4.0&tag=stable`,
    ]);
  });

  it('mounts instead of sending within one registry', async () => {
    const before = uploadsAt(source).length;
    const report = await copy({ from: `${source.host}/team/app:1.4.0`, to: `${source.host}/prod/app:1.4.0` });
    expect(report?.images[0]?.to[0]).toMatchObject({ mounted: { count: 4 }, sent: { count: 3 } });
    expect(uploadsAt(source)).toHaveLength(before);
    expect(await digestAt(source, 'prod/app/manifests/1.4.0')).toBe(index.index.descriptor.digest);
  });

  describe('tags that exist', () => {
    let other: ReturnType<typeof makeImage>;
    beforeEach(async () => {
      other = makeImage({ seed: 'other' });
      await put(atTarget('mirror/app'), other.contents, other.manifest, '1.4.0');
      await put(atTarget('mirror/app'), other.contents, other.manifest, 'latest');
    });
    const options = (): CopyOptions => ({ from: `${source.host}/team/app:1.4.0`, to: 'corp', tags: ['1.4.0', 'latest'] });

    it('stay, all of them, where one of them is a version of something else', async () => {
      const writes = writesAt(target).length;
      await expect(copy(options())).rejects.toMatchObject({ code: 'TAG_IMMUTABLE', hint: expect.stringContaining('--noClobber=false') });
      expect(writesAt(target)).toHaveLength(writes);
    });

    it('are moved where that is asked for', async () => {
      await copy({ ...options(), noClobber: false });
      expect(await digestAt(target, 'mirror/app/manifests/1.4.0')).toBe(index.index.descriptor.digest);
      expect(printed.join('\n')).toContain(`/mirror/app:1.4.0 was ${other.manifest.descriptor.digest}`);
    });

    it('move by default where they are no versions, and stay with noClobber', async () => {
      await expect(copy({ ...options(), tags: ['latest'], noClobber: true })).rejects.toMatchObject({ code: 'TAG_IMMUTABLE' });
      await copy({ ...options(), tags: ['latest'] });
      expect(await digestAt(target, 'mirror/app/manifests/latest')).toBe(index.index.descriptor.digest);
    });
  });

  describe('what refers to an image', () => {
    const empty = { mediaType: MEDIA_TYPES.ociEmpty, bytes: Buffer.from('{}') };
    const emptyBlob = {
      bytes: empty.bytes,
      descriptor: {
        mediaType: empty.mediaType,
        digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
        size: 2,
      } satisfies Descriptor,
    };

    const sign = (subject: Descriptor, note: string, withSubject = true): EncodedManifest =>
      encodeManifest({
        schemaVersion: 2,
        mediaType: MEDIA_TYPES.ociManifest,
        artifactType: 'application/vnd.example.signature',
        config: emptyBlob.descriptor,
        layers: [emptyBlob.descriptor],
        ...(withSubject && { subject }),
        annotations: { note },
      });

    const referrersAt = async (registry: RunningRegistry, repository: string, digest: string): Promise<readonly Descriptor[]> =>
      ((await (await ask(registry, `${repository}/referrers/${digest}`)).json()) as { manifests: Descriptor[] }).manifests;

    it('is copied: of the index, of a platform, and of what refers to them', async () => {
      const ofIndex = sign(index.index.descriptor, 'index');
      const ofPlatform = sign(index.images[1]!.manifest.descriptor, 'platform');
      const ofSignature = sign(ofIndex.descriptor, 'signature');
      await put('team/app', [emptyBlob, ofIndex, ofPlatform, ofSignature]);
      const report = await copy({ from: `${source.host}/team/app:1.4.0`, to: 'corp' });
      expect(report?.images[0]?.to[0]?.attachments).toEqual({ copied: 3, present: 0, kept: 0 });
      for (const [subject, signature] of [
        [index.index, ofIndex],
        [index.images[1]!.manifest, ofPlatform],
        [ofIndex, ofSignature],
      ] as const) {
        expect(await referrersAt(target, 'mirror/app', subject.descriptor.digest)).toMatchObject([signature.descriptor]);
      }
      expect((await copy({ from: `${source.host}/team/app:1.4.0`, to: 'corp' }))?.outcome).toBe('upToDate');
    });

    it('is found by the tag that stands for the list, where neither registry has the API', async () => {
      await Promise.all([source.close(), target.close()]);
      // Without a login, so that a stranger can write there, too.
      [source, target] = [await startRegistry({ profile: profiles.ghcr }), await startRegistry({ profile: profiles.ghcr })];
      writeRegistries();
      await put('team/app', index.contents, index.index, '1.4.0');
      const signature = sign(index.index.descriptor, 'old');
      const before = sign(index.index.descriptor, 'of a copy that broke off before it was on the list');
      const own = sign(index.index.descriptor, 'of the target alone');
      const list = (...manifests: EncodedManifest[]) =>
        encodeManifest({ schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests: manifests.map(({ descriptor }) => descriptor) });
      const tag = index.index.descriptor.digest.replace(':', '-');
      await put('team/app', [emptyBlob, signature, before], list(signature, before), tag);
      await put(atTarget('mirror/app'), [emptyBlob, own, before], list(own), tag);
      await copy({ from: `${source.host}/team/app:1.4.0`, to: 'corp' });
      const { manifests } = (await (await ask(target, `mirror/app/manifests/${tag}`)).json()) as { manifests: Descriptor[] };
      expect(manifests.map(({ digest }) => digest).sort()).toEqual(
        [own, signature, before].map(({ descriptor }) => descriptor.digest).sort(),
      );
      expect(await digestAt(target, `mirror/app/manifests/${signature.descriptor.digest}`)).toBe(signature.descriptor.digest);
    });

    it('is found by cosign’s tags, of which none is lost at the target', async () => {
      const [ofIndex, ofPlatform] = [index.index, index.images[0]!.manifest].map(({ descriptor }) => sign(descriptor, 'cosign', false));
      const tagOf = ({ descriptor }: EncodedManifest, suffix: string) => descriptor.digest.replace(':', '-') + suffix;
      await put('team/app', [emptyBlob], ofIndex, tagOf(index.index, '.sig'));
      await put('team/app', [], ofPlatform, tagOf(index.images[0]!.manifest, '.att'));
      const own = makeImage({ seed: 'signed by the target' });
      await put(atTarget('mirror/app'), own.contents, own.manifest, tagOf(index.images[0]!.manifest, '.att'));
      const report = await copy({ from: `${source.host}/team/app:1.4.0`, to: 'corp' });
      expect(report?.images[0]?.to[0]?.attachments).toEqual({ copied: 1, present: 0, kept: 1 });
      expect(await digestAt(target, `mirror/app/manifests/${tagOf(index.index, '.sig')}`)).toBe(ofIndex!.descriptor.digest);
      expect(await digestAt(target, `mirror/app/manifests/${tagOf(index.images[0]!.manifest, '.att')}`)).toBe(
        own.manifest.descriptor.digest,
      );
    });

    it('is found by cosign’s tags also where nobody may list tags', async () => {
      const tag = `${index.index.descriptor.digest.replace(':', '-')}.sig`;
      await put('team/app', [emptyBlob], sign(index.index.descriptor, 'cosign', false), tag);
      source.faults.add({ path: /\/tags\/list/, times: Infinity, answer: { status: 403 } });
      await copy({ from: `${source.host}/team/app:1.4.0`, to: 'corp' });
      expect(await tagsAt(target, 'mirror/app')).toEqual(['1.4.0', tag]);
    });

    it('stays behind with --referrers=false', async () => {
      await put('team/app', [emptyBlob, sign(index.index.descriptor, 'index')]);
      await copy({ from: `${source.host}/team/app:1.4.0`, to: 'corp', referrers: false });
      expect(await referrersAt(target, 'mirror/app', index.index.descriptor.digest)).toEqual([]);
      expect(source.log.entries().some(({ path }) => path.includes('/referrers/'))).toBe(false);
    });
  });

  describe('platforms', () => {
    it('make a new index of those that are named, and say so', async () => {
      const report = await copy({ from: `${source.host}/team/app:1.4.0`, to: 'corp', platforms: ['linux/aarch64'] });
      const { digest } = report!.images[0]!;
      expect(digest).not.toBe(index.index.descriptor.digest);
      expect(report?.images[0]?.narrowedFrom).toBe(index.index.descriptor.digest);
      const copied = (await (await ask(target, 'mirror/app/manifests/1.4.0')).json()) as { manifests: Descriptor[] };
      expect(copied.manifests).toMatchObject([{ ...index.images[1]!.manifest.descriptor, platform: { architecture: 'arm64' } }]);
      expect((await ask(target, `mirror/app/manifests/${index.images[0]!.manifest.descriptor.digest}`)).status).toBe(404);
      expect(printed.join('\n')).toContain('a new index of fewer platforms');
    });

    it('leave the index as it is where they are all there are', async () => {
      const report = await copy({ from: `${source.host}/team/app:1.4.0`, to: 'corp', platforms: ['linux/amd64', 'linux/arm64'] });
      expect(report?.images[0]).toMatchObject({ digest: index.index.descriptor.digest });
      expect(report?.images[0]).not.toHaveProperty('narrowedFrom');
    });

    it('are named when one is missing, of an index and of a single image', async () => {
      await expect(copy({ from: `${source.host}/team/app:1.4.0`, to: 'corp', platforms: ['linux/s390x'] })).rejects.toMatchObject({
        code: 'PLATFORM_INVALID',
        hint: 'There are: linux/amd64, linux/arm64.',
      });
      const single = makeImage({ platform: 'linux/arm64' });
      await put('team/single', single.contents, single.manifest, '1');
      await expect(copy({ from: `${source.host}/team/single:1`, to: 'corp', platforms: ['linux/amd64'] })).rejects.toMatchObject({
        hint: 'There are: linux/arm64.',
      });
      await copy({ from: `${source.host}/team/single:1`, to: 'corp', platforms: ['linux/arm64'] });
      expect(await digestAt(target, 'mirror/single/manifests/1')).toBe(single.manifest.descriptor.digest);
    });
  });

  describe('what fails with onFailure: continue', () => {
    const from = (...names: string[]) => names.map((name) => `${source.host}/team/${name}`);

    it('is left out, and named in the report: a source that is missing', async () => {
      const report = await copy({ from: from('nothing:1', 'app:1.4.0'), to: 'corp', onFailure: 'continue' });
      expect(report).toMatchObject({ outcome: 'incomplete', images: [{ from: from('app:1.4.0')[0] }] });
      expect(report?.failures).toEqual([expect.stringContaining('team/nothing:1: it is not there')]);
      expect(printed.join('\n')).toContain('team/nothing:1: it is not there');
      expect(await digestAt(target, 'mirror/app/manifests/1.4.0')).toBe(index.index.descriptor.digest);
    });

    it('is left out: a target that is refused, and a version tag that is something else', async () => {
      const other = makeImage({ seed: 'other' });
      await put('taken', other.contents, other.manifest, '1.4.0');
      const to = ['corp', `${source.host}/taken`, `${source.host}/prod/app`];
      const report = await copy({ from: from('app:1.4.0'), to, onFailure: 'continue' }, 'not-the-password');
      expect(report?.failures).toHaveLength(2);
      expect(await digestAt(source, 'taken/manifests/1.4.0')).toBe(other.manifest.descriptor.digest);
      expect(await digestAt(source, 'prod/app/manifests/1.4.0')).toBe(index.index.descriptor.digest);
    });

    it('is left out: an image that a target does not take, whose tag is not set', async () => {
      const other = makeImage({ seed: 'other' });
      await put('team/other', other.contents, other.manifest, '2.0.0');
      target.faults.add({ method: 'PUT', path: /\/v2\/mirror\/other\/manifests\/sha256/, times: Infinity, answer: { status: 400 } });
      const report = await copy({ from: from('other:2.0.0', 'app:1.4.0'), to: 'corp', onFailure: 'continue' });
      expect(report).toMatchObject({ outcome: 'incomplete', images: [{ from: from('app:1.4.0')[0] }] });
      expect(await tagsAt(target, 'mirror/other')).toEqual([]);
      expect(await tagsAt(target, 'mirror/app')).toEqual(['1.4.0']);
    });

    it('ends the copy where nothing else is left', async () => {
      const failure = await copy({ from: from('nothing:1', 'nothing:2'), to: 'corp', onFailure: 'continue' }).catch(
        (error: unknown) => error,
      );
      expect(failure).toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('2 problems') });
    });

    it('is told by a dry run, too', async () => {
      const options: CopyOptions = { from: from('nothing:1', 'app:1.4.0'), to: 'corp', onFailure: 'continue', dryRun: true };
      await expect(copy(options)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(printed.join('\n')).toMatch(/\/mirror\/app:1\.4\.0 +create/);
    });
  });

  it('reads each blob of a source once for two registries', async () => {
    const third = await startRegistry();
    try {
      const before = blobReads();
      await copy({ from: `${source.host}/team/app:1.4.0`, to: ['corp', `${third.host}/app`] });
      expect(blobReads() - before).toBe(4);
      for (const [registry, repository] of [[target, 'mirror/app'] as const, [third, 'app'] as const]) {
        expect(await digestAt(registry, `${repository}/manifests/1.4.0`)).toBe(index.index.descriptor.digest);
      }
    } finally {
      await third.close();
    }
  });

  it('reads each blob of a source once for two repositories of one host: the second one mounts', async () => {
    const before = blobReads();
    const report = await copy({ from: `${source.host}/team/app:1.4.0`, to: ['corp', `${target.host}/mirror/second`] });
    expect(report?.images[0]?.to[1]).toMatchObject({ mounted: { count: 4 }, sent: { count: 3 } });
    expect(blobReads() - before).toBe(4);
  });

  describe('a failure', () => {
    it('of a login leaves everything as it was, also where the login is right', async () => {
      const writes = writesAt(source).length;
      await expect(
        copy({ from: `${source.host}/team/app:1.4.0`, to: [`${source.host}/prod/app`, 'corp'] }, 'not-the-password'),
      ).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
      expect([...writesAt(source).slice(writes), ...writesAt(target)]).toEqual([]);
    });

    it('to find one source leaves all of them where they are, and names each that is missing', async () => {
      const from = ['app:1.4.0', 'nothing:1', 'app:2.0.0'].map((name) => `${source.host}/team/${name}`);
      const failure = await copy({ from, to: 'corp' }).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(OciError);
      expect((failure as OciError).message).toMatch(/2 problems(.|\n)*team\/nothing:1: it is not there(.|\n)*team\/app:2\.0\.0/);
      expect(writesAt(target)).toEqual([]);
    });

    it('on the way sets no tag, and the next run sends only what is missing', async () => {
      const last = index.images[1]!.config.descriptor.digest;
      // However it is sent: the registry takes blobs in one request or in two.
      target.faults.add({ path: new RegExp(`digest=${last.replace(':', '(:|%3A)')}`), times: Infinity, answer: { status: 413 } });
      await expect(copy({ from: `${source.host}/team/app:1.4.0`, to: 'corp' })).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' });
      expect(await tagsAt(target, 'mirror/app')).toEqual([]);
      target.faults.clear();
      await copy({ from: `${source.host}/team/app:1.4.0`, to: 'corp' });
      const sent = uploadsAt(target).map(({ path }) => new URL(path, target.url).searchParams.get('digest'));
      expect(new Set(sent).size).toBe(4);
      // Something small may be sent again by a run that does not know yet whether the registry takes it in one request.
      expect(sent.length).toBeLessThanOrEqual(5);
      expect(await digestAt(target, 'mirror/app/manifests/1.4.0')).toBe(index.index.descriptor.digest);
    });

    it('of one image leaves all images of the run without new tags', async () => {
      const other = makeImage({ seed: 'other' });
      await put('team/other', other.contents, other.manifest, '2.0.0');
      target.faults.add({ method: 'PUT', path: /\/v2\/mirror\/other\/manifests\/sha256/, times: Infinity, answer: { status: 400 } });
      await expect(copy({ from: [`${source.host}/team/app:1.4.0`, `${source.host}/team/other:2.0.0`], to: 'corp' })).rejects.toThrow();
      expect(await tagsAt(target, 'mirror/app')).toEqual([]);
    });

    it('of a target to keep what it took never gets a tag', async () => {
      const { digest } = index.index.descriptor;
      for (const to of ['corp', ['corp', `${source.host}/prod/app`]]) {
        const reference = to === 'corp' ? '1.4.0' : digest;
        target.faults.add({ method: 'PUT', path: new RegExp(`/manifests/${reference}`), answer: { status: 201 } });
        await expect(copy({ from: `${source.host}/team/app:1.4.0`, to })).rejects.toMatchObject({ code: 'PUBLISH_INCOMPLETE' });
        expect(await tagsAt(target, 'mirror/app')).toEqual([]);
        expect(await tagsAt(source, 'prod/app')).toEqual([]);
      }
    });

    it('of the source to give the right bytes never gets a tag', async () => {
      source.faults.add({ method: 'GET', path: /\/blobs\//, times: Infinity, corrupt: true });
      await expect(copy({ from: `${source.host}/team/app:1.4.0`, to: 'corp' })).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
      expect(await tagsAt(target, 'mirror/app')).toEqual([]);
    });

    it('of a connection on the way is mended by the same run', async () => {
      source.faults.add({ method: 'GET', path: /\/blobs\//, times: 2, reset: 'in-answer' });
      await copy({ from: `${source.host}/team/app:1.4.0`, to: 'corp' });
      expect(await digestAt(target, 'mirror/app/manifests/1.4.0')).toBe(index.index.descriptor.digest);
    });
  });

  it('waits for a registry on this machine that is just starting', async () => {
    const { port } = target;
    await target.close();
    const copying = copy({ from: `${source.host}/team/app:1.4.0`, to: 'corp' });
    while (printed.length === 0) await sleep(10);
    target = await startRegistry({ login: LOGIN, port });
    await copying;
    expect(printed[0]).toContain(`Waiting up to 10 s for a registry at ${target.host}`);
    expect(await tagsAt(target, 'mirror/app')).toEqual(['1.4.0']);
  });

  it('shows a dry run and writes nothing', async () => {
    expect(await copy({ from: `${source.host}/team/app:1.4.0`, to: 'corp', dryRun: true })).toBeUndefined();
    expect(printed.join('\n')).toContain(index.index.descriptor.digest);
    expect(printed.join('\n')).toMatch(/\/mirror\/app:1\.4\.0 +create/);
    expect(writesAt(target)).toEqual([]);
  });

  it('asks for no file system: nothing is left in the workspace', async () => {
    rmSync(`${workspace.root}/.nx`, { recursive: true, force: true });
    await copy({ from: `${source.host}/team/app:1.4.0`, to: 'corp' });
    expect(workspace.git('status', '--porcelain', '--ignored')).toBe('?? registries.yaml\n?? .gitignore'.split('\n').reverse().join('\n'));
  });
});
