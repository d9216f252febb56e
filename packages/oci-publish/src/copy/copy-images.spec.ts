import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { encodeManifest, parseManifest } from '@nx-oci/model';
import { makeImage } from '@nx-oci/model/testing';
import { startRegistry } from '@nx-oci/registry';

import { type TransferWatcher } from '../report/progress/transfer-watcher';
import { type CopyOptions } from './options/written-options';
import { LOGIN, useCopying } from './testing/copying';

const scene = useCopying();
const { copy, put, ask, digestAt, tagsAt, writesAt, uploadsAt, blobReads, printed } = scene;

describe('copyImages', () => {
  it('copies a whole index with its own digest, and sends nothing the second time', async () => {
    const report = await copy({ from: `${scene.source.host}/team/app:1.4.0`, to: 'corp', tags: ['1.4.0', 'latest'] });
    expect(report).toMatchObject({
      outcome: 'copied',
      images: [{ digest: scene.index.index.descriptor.digest, to: [{ sent: { count: 7 } }] }],
    });
    expect(await tagsAt(scene.target, 'mirror/app')).toEqual(['1.4.0', 'latest']);
    const answer = await ask(scene.target, 'mirror/app/manifests/1.4.0');
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(Buffer.from(scene.index.index.bytes));
    for (const { descriptor } of scene.index.images.flatMap(({ layers, config }) => [...layers, config])) {
      expect((await ask(scene.target, `mirror/app/blobs/${descriptor.digest}`)).status).toBe(200);
    }
    expect(printed.join('\n')).toContain(`1.4.0 is ${scene.index.index.descriptor.digest} at every target`);

    const writes = writesAt(scene.target).length;
    const again = await copy({ from: `${scene.source.host}/team/app:1.4.0`, to: 'corp', tags: ['1.4.0', 'latest'] });
    expect(again?.outcome).toBe('upToDate');
    expect(writesAt(scene.target)).toHaveLength(writes);
  });

  it('copies the mirrors of registries.yaml, their further tags too', async () => {
    const other = makeImage({ seed: 'other' });
    await put('team/app', other.contents, other.manifest, 'latest');
    const report = await copy({});
    expect(report?.images.map(({ from }) => from)).toEqual([`${scene.source.host}/team/app:1.4.0`, `${scene.source.host}/team/app:latest`]);
    expect(await digestAt(scene.target, 'mirror/app/manifests/latest')).toBe(other.manifest.descriptor.digest);
    expect(await digestAt(scene.target, 'mirror/app/manifests/1.4.0')).toBe(scene.index.index.descriptor.digest);
  });

  it('only sets tags if the image already exists', async () => {
    const writes = writesAt(scene.source).length;
    await copy({ from: `${scene.source.host}/team/app@${scene.index.index.descriptor.digest}`, tags: ['v1.4.0', 'stable'] });
    expect(await tagsAt(scene.source, 'team/app')).toEqual(['1.4.0', 'stable', 'v1.4.0']);
    // Both in one request, because this registry accepts several tags at once.
    const requests = writesAt(scene.source).slice(writes);
    expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `PUT /v2/team/app/manifests/${scene.index.index.descriptor.digest}?tag=v1.4.0&tag=stable`,
    ]);
  });

  it('mounts instead of sending within one registry', async () => {
    const before = uploadsAt(scene.source).length;
    const report = await copy({ from: `${scene.source.host}/team/app:1.4.0`, to: `${scene.source.host}/prod/app:1.4.0` });
    expect(report?.images[0]?.to[0]).toMatchObject({ mounted: { count: 4 }, sent: { count: 3 } });
    expect(uploadsAt(scene.source)).toHaveLength(before);
    expect(await digestAt(scene.source, 'prod/app/manifests/1.4.0')).toBe(scene.index.index.descriptor.digest);
  });

  describe('tags that exist', () => {
    let other: ReturnType<typeof makeImage>;
    beforeEach(async () => {
      other = makeImage({ seed: 'other' });
      await put(scene.atTarget('mirror/app'), other.contents, other.manifest, '1.4.0');
      await put(scene.atTarget('mirror/app'), other.contents, other.manifest, 'latest');
    });
    const options = (): CopyOptions => ({ from: `${scene.source.host}/team/app:1.4.0`, to: 'corp', tags: ['1.4.0', 'latest'] });

    it('all stay if one of them is a version of another image', async () => {
      const writes = writesAt(scene.target).length;
      await expect(copy(options())).rejects.toMatchObject({ code: 'TAG_IMMUTABLE', hint: expect.stringContaining('--noClobber=false') });
      expect(writesAt(scene.target)).toHaveLength(writes);
    });

    it('are moved on request', async () => {
      await copy({ ...options(), noClobber: false });
      expect(await digestAt(scene.target, 'mirror/app/manifests/1.4.0')).toBe(scene.index.index.descriptor.digest);
      expect(printed.join('\n')).toContain(`/mirror/app:1.4.0 was ${other.manifest.descriptor.digest}`);
    });

    it('move by default unless they are versions, and stay with noClobber', async () => {
      await expect(copy({ ...options(), tags: ['latest'], noClobber: true })).rejects.toMatchObject({ code: 'TAG_IMMUTABLE' });
      await copy({ ...options(), tags: ['latest'] });
      expect(await digestAt(scene.target, 'mirror/app/manifests/latest')).toBe(scene.index.index.descriptor.digest);
    });
  });

  it('reads each blob of a source once for two registries', async () => {
    const third = await startRegistry();
    try {
      const before = blobReads();
      await copy({ from: `${scene.source.host}/team/app:1.4.0`, to: ['corp', `${third.host}/app`] });
      expect(blobReads() - before).toBe(4);
      for (const [registry, repository] of [[scene.target, 'mirror/app'] as const, [third, 'app'] as const]) {
        expect(await digestAt(registry, `${repository}/manifests/1.4.0`)).toBe(scene.index.index.descriptor.digest);
      }
    } finally {
      await third.close();
    }
  });

  it('reads each blob of a source once for two repositories of one host: the second one mounts', async () => {
    const before = blobReads();
    const report = await copy({ from: `${scene.source.host}/team/app:1.4.0`, to: ['corp', `${scene.target.host}/mirror/second`] });
    expect(report?.images[0]?.to[1]).toMatchObject({ mounted: { count: 4 }, sent: { count: 3 } });
    expect(blobReads() - before).toBe(4);
  });

  it('does not request blobs that the image behind a tag of the target names', async () => {
    const [before, after] = [makeImage({ seed: 'one', layers: 2 }), makeImage({ seed: 'two', layers: 1 })];
    const manifest = encodeManifest({
      ...parseManifest(after.manifest.bytes),
      layers: [...before.layers, ...after.layers].map(({ descriptor }) => descriptor),
    });
    await put('team/other', before.contents, before.manifest, 'latest');
    await copy({ from: `${scene.source.host}/team/other:latest`, to: 'corp' });
    await put('team/other', after.contents, manifest, 'latest');
    const writes = writesAt(scene.target).length;
    await copy({ from: `${scene.source.host}/team/other:latest`, to: 'corp' });
    const opened = writesAt(scene.target)
      .slice(writes)
      .flatMap(({ method, path }) => (method === 'POST' ? [new URL(path, scene.target.url).searchParams] : []))
      .map((query) => query.get('mount') ?? query.get('digest'));
    expect(opened.sort()).toEqual([after.config, ...after.layers].map(({ descriptor }) => descriptor.digest).sort());
    expect(await digestAt(scene.target, 'mirror/other/manifests/latest')).toBe(manifest.descriptor.digest);
  });

  it('sends what a registry has lost of an image that it has, and then sets the tag', async () => {
    const image = makeImage({ seed: 'lost' });
    await put('team/other', image.contents, image.manifest, 'latest');
    await put(scene.atTarget('mirror/other'), image.contents, image.manifest, 'latest');
    const lost = `mirror/other/blobs/${image.layers[0]!.descriptor.digest}`;
    expect((await ask(scene.target, lost, 'DELETE')).status).toBe(202);
    await copy({ from: `${scene.source.host}/team/other:latest`, to: 'corp', tags: ['latest', 'stable'] });
    expect(await digestAt(scene.target, 'mirror/other/manifests/stable')).toBe(image.manifest.descriptor.digest);
    expect((await ask(scene.target, lost)).status).toBe(200);
  });

  it('shows a watcher the transfer of each blob to each target, and its end', async () => {
    const [queued, moved, arrived] = [new Set<string>(), new Set<string>(), new Set<string>()];
    const watcher: TransferWatcher = {
      queued: (place, { digest }) => queued.add(`${place} ${digest}`),
      moved: (place, { descriptor }) => moved.add(`${place} ${descriptor.digest}`),
      arrived: (place, { descriptor }) => arrived.add(`${place} ${descriptor.digest}`),
    };
    await copy({ from: `${scene.source.host}/team/app:1.4.0`, to: ['corp', `${scene.target.host}/mirror/second`] }, undefined, () => ({
      watcher,
    }));
    const blobs = scene.index.images.flatMap(({ layers, config }) => [...layers, config]).map(({ descriptor }) => descriptor.digest);
    // The second target mounts them.
    expect([...moved].sort()).toEqual([...new Set(blobs)].map((digest) => `${scene.target.host}/mirror/app ${digest}`).sort());
    for (const name of ['mirror/app', 'mirror/second']) {
      // Before its turn, so that the size of the whole is known.
      for (const digest of blobs) expect(queued).toContain(`${scene.target.host}/${name} ${digest}`);
      for (const digest of blobs) expect(arrived).toContain(`${scene.target.host}/${name} ${digest}`);
    }
  });

  it('waits for a registry on this machine that is just starting', async () => {
    const { port } = scene.target;
    await scene.target.close();
    const copying = copy({ from: `${scene.source.host}/team/app:1.4.0`, to: 'corp' });
    while (printed.length === 0) await sleep(10);
    scene.playOn(scene.source, await startRegistry({ login: LOGIN, port }));
    await copying;
    expect(printed[0]).toContain(`Waiting up to 10 s for a registry at ${scene.target.host}`);
    expect(await tagsAt(scene.target, 'mirror/app')).toEqual(['1.4.0']);
  });

  it('shows a dry run and writes nothing', async () => {
    expect(await copy({ from: `${scene.source.host}/team/app:1.4.0`, to: 'corp', dryRun: true })).toBeUndefined();
    expect(printed.join('\n')).toContain(scene.index.index.descriptor.digest);
    expect(printed.join('\n')).toMatch(/\/mirror\/app:1\.4\.0 +create/);
    expect(writesAt(scene.target)).toEqual([]);
  });

  it('shows in a dry run what would be sent and mounted, and what exists', async () => {
    const from = `${scene.source.host}/team/app:1.4.0`;
    await copy({ from, to: ['corp', `${scene.target.host}/mirror/second`], dryRun: true });
    const [corp, second] = ['app', 'second'].map((name) => `  ${scene.target.host}/mirror/${name}: `);
    expect(printed.join('\n')).toContain(`${corp}6.3 kB to send (7 blobs and manifests)\n`);
    expect(printed.join('\n')).toMatch(
      new RegExp(`${second}[\\d.]+ k?B to send \\(3 blobs and manifests\\), [\\d.]+ k?B to mount \\(4\\), estimated\\n`),
    );
    await copy({ from, to: 'corp' });
    printed.length = 0;
    await copy({ from, to: 'corp', tags: ['latest'], platforms: ['linux/amd64'], dryRun: true });
    await copy({ from, to: 'corp', tags: ['1.4.0', 'latest'], dryRun: true });
    await copy({ from, to: 'corp', dryRun: true });
    expect(printed.join('\n')).toMatch(new RegExp(`${corp}[\\d.]+ k?B to send \\(2 blobs and manifests\\), [\\d.]+ k?B there \\(3\\)\\n`));
    expect(printed.join('\n')).toContain(`${corp}nothing to send, tags only\n`);
    expect(printed.join('\n')).toContain(`${corp}nothing to do\n`);
  });

  it('leaves nothing in the workspace', async () => {
    rmSync(`${scene.workspace.root}/.nx`, { recursive: true, force: true });
    await copy({ from: `${scene.source.host}/team/app:1.4.0`, to: 'corp' });
    expect(scene.workspace.git('status', '--porcelain', '--ignored')).toBe(
      '?? registries.yaml\n?? .gitignore'.split('\n').reverse().join('\n'),
    );
  });
});
