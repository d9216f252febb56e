import { OciError } from '@nx-oci/model';
import { makeImage } from '@nx-oci/model/testing';

import { type CopyOptions } from './options/written-options';
import { useCopying } from './testing/copying';

const scene = useCopying();
const { copy, put, digestAt, tagsAt, writesAt, uploadsAt, printed } = scene;

describe('what fails in a copy with onFailure: continue', () => {
  const from = (...names: string[]) => names.map((name) => `${scene.source.host}/team/${name}`);

  it('is left out, and named in the report: a source that is missing', async () => {
    const report = await copy({ from: from('nothing:1', 'app:1.4.0'), to: 'corp', onFailure: 'continue' });
    expect(report).toMatchObject({ outcome: 'incomplete', images: [{ from: from('app:1.4.0')[0] }] });
    expect(report?.failures).toEqual([expect.stringContaining('team/nothing:1: it does not exist')]);
    expect(printed.join('\n')).toContain('team/nothing:1: it does not exist');
    expect(await digestAt(scene.target, 'mirror/app/manifests/1.4.0')).toBe(scene.index.index.descriptor.digest);
  });

  it('is left out: a target that is refused, and a version tag that is something else', async () => {
    const other = makeImage({ seed: 'other' });
    await put('taken', other.contents, other.manifest, '1.4.0');
    const to = ['corp', `${scene.source.host}/taken`, `${scene.source.host}/prod/app`];
    const report = await copy({ from: from('app:1.4.0'), to, onFailure: 'continue' }, 'not-the-password');
    expect(report?.failures).toHaveLength(2);
    expect(await digestAt(scene.source, 'taken/manifests/1.4.0')).toBe(other.manifest.descriptor.digest);
    expect(await digestAt(scene.source, 'prod/app/manifests/1.4.0')).toBe(scene.index.index.descriptor.digest);
  });

  it('is left out: an image that a target does not take, whose tag is not set', async () => {
    const other = makeImage({ seed: 'other' });
    await put('team/other', other.contents, other.manifest, '2.0.0');
    scene.target.faults.add({ method: 'PUT', path: /\/v2\/mirror\/other\/manifests\/sha256/, times: Infinity, answer: { status: 400 } });
    const report = await copy({ from: from('other:2.0.0', 'app:1.4.0'), to: 'corp', onFailure: 'continue' });
    expect(report).toMatchObject({ outcome: 'incomplete', images: [{ from: from('app:1.4.0')[0] }] });
    expect(await tagsAt(scene.target, 'mirror/other')).toEqual([]);
    expect(await tagsAt(scene.target, 'mirror/app')).toEqual(['1.4.0']);
  });

  it('ends the copy if nothing else is left', async () => {
    const failure = await copy({ from: from('nothing:1', 'nothing:2'), to: 'corp', onFailure: 'continue' }).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('2 problems') });
  });

  it('is reported by a dry run, too', async () => {
    const options: CopyOptions = { from: from('nothing:1', 'app:1.4.0'), to: 'corp', onFailure: 'continue', dryRun: true };
    await expect(copy(options)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(printed.join('\n')).toMatch(/\/mirror\/app:1\.4\.0 +create/);
  });
});

describe('a failure of a copy', () => {
  it('of a login changes nothing, even in registries with a valid login', async () => {
    const writes = writesAt(scene.source).length;
    await expect(
      copy({ from: `${scene.source.host}/team/app:1.4.0`, to: [`${scene.source.host}/prod/app`, 'corp'] }, 'not-the-password'),
    ).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    expect([...writesAt(scene.source).slice(writes), ...writesAt(scene.target)]).toEqual([]);
  });

  it('to find one source copies none of them, and names each missing one', async () => {
    const from = ['app:1.4.0', 'nothing:1', 'app:2.0.0'].map((name) => `${scene.source.host}/team/${name}`);
    const failure = await copy({ from, to: 'corp' }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(OciError);
    expect((failure as OciError).message).toMatch(/2 problems(.|\n)*team\/nothing:1: it does not exist(.|\n)*team\/app:2\.0\.0/);
    expect(writesAt(scene.target)).toEqual([]);
  });

  it('on the way sets no tag, and the next run sends only what is missing', async () => {
    const last = scene.index.images[1]!.config.descriptor.digest;
    // Registries take blobs in one request or in two.
    scene.target.faults.add({ path: new RegExp(`digest=${last.replace(':', '(:|%3A)')}`), times: Infinity, answer: { status: 413 } });
    await expect(copy({ from: `${scene.source.host}/team/app:1.4.0`, to: 'corp' })).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' });
    expect(await tagsAt(scene.target, 'mirror/app')).toEqual([]);
    scene.target.faults.clear();
    await copy({ from: `${scene.source.host}/team/app:1.4.0`, to: 'corp' });
    const sent = uploadsAt(scene.target).map(({ path }) => new URL(path, scene.target.url).searchParams.get('digest'));
    expect(new Set(sent).size).toBe(4);
    // A small blob may be sent twice if it is not yet known whether the registry takes it in one request.
    expect(sent.length).toBeLessThanOrEqual(5);
    expect(await digestAt(scene.target, 'mirror/app/manifests/1.4.0')).toBe(scene.index.index.descriptor.digest);
  });

  it('of one image leaves all images of the run without new tags', async () => {
    const other = makeImage({ seed: 'other' });
    await put('team/other', other.contents, other.manifest, '2.0.0');
    scene.target.faults.add({ method: 'PUT', path: /\/v2\/mirror\/other\/manifests\/sha256/, times: Infinity, answer: { status: 400 } });
    await expect(
      copy({ from: [`${scene.source.host}/team/app:1.4.0`, `${scene.source.host}/team/other:2.0.0`], to: 'corp' }),
    ).rejects.toThrow();
    expect(await tagsAt(scene.target, 'mirror/app')).toEqual([]);
  });

  it('of a target to keep what it took never gets a tag', async () => {
    const { digest } = scene.index.index.descriptor;
    for (const to of ['corp', ['corp', `${scene.source.host}/prod/app`]]) {
      const reference = to === 'corp' ? '1.4.0' : digest;
      scene.target.faults.add({ method: 'PUT', path: new RegExp(`/manifests/${reference}`), answer: { status: 201 } });
      await expect(copy({ from: `${scene.source.host}/team/app:1.4.0`, to })).rejects.toMatchObject({ code: 'PUBLISH_INCOMPLETE' });
      expect(await tagsAt(scene.target, 'mirror/app')).toEqual([]);
      expect(await tagsAt(scene.source, 'prod/app')).toEqual([]);
    }
  });

  it('of the source to give the right bytes never gets a tag', async () => {
    scene.source.faults.add({ method: 'GET', path: /\/blobs\//, times: Infinity, corrupt: true });
    await expect(copy({ from: `${scene.source.host}/team/app:1.4.0`, to: 'corp' })).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    expect(await tagsAt(scene.target, 'mirror/app')).toEqual([]);
  });

  it('of a connection is repaired by the same run', async () => {
    scene.source.faults.add({ method: 'GET', path: /\/blobs\//, times: 2, reset: 'in-answer' });
    await copy({ from: `${scene.source.host}/team/app:1.4.0`, to: 'corp' });
    expect(await digestAt(scene.target, 'mirror/app/manifests/1.4.0')).toBe(scene.index.index.descriptor.digest);
  });
});
