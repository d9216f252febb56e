import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';

import type { ContentSink, ContentSource, MountSource } from './content-store';
import { copyImage, type CopiedContent } from './copy-image';
import type { Descriptor } from '../names/descriptor';
import { digestOf, type Digest } from '../names/digest';
import { encodeManifest } from '../documents/encode-manifest';
import type { EncodedManifest } from '../documents/manifest';
import { MEDIA_TYPES } from '../documents/media-types';
import { OciError } from '../errors/oci-error';
import { parseManifest } from '../documents/parse-manifest';
import { makeImage, makeIndex, MemoryStore, MountingMemoryStore, toFailWithCode } from '../testing';
import { fc } from '../testing/fast-check';

expect.extend({ toFailWithCode });

const image = makeImage({ layers: 3 });
const multi = makeIndex({ platforms: ['linux/amd64', 'linux/arm64', 'linux/riscv64'] });
const digestsOf = (contents: readonly { readonly descriptor: Descriptor }[]): Digest[] => [
  ...new Set(contents.map(({ descriptor }) => descriptor.digest)),
];
const sizeOf = (contents: readonly { readonly bytes: Uint8Array }[]): number => contents.reduce((sum, { bytes }) => sum + bytes.length, 0);

describe('copyImage', () => {
  it('copies every byte of an image', async () => {
    const sink = new MemoryStore();
    const summary = await copyImage(new MemoryStore(image.contents), sink, image.manifest.descriptor);
    expect(summary).toEqual({
      uploaded: { count: 5, bytes: sizeOf(image.contents) },
      mounted: { count: 0, bytes: 0 },
      present: { count: 0, bytes: 0 },
    });
    for (const { descriptor, bytes } of image.contents) {
      const copied = sink.contents.find((content) => content.descriptor.digest === descriptor.digest);
      expect(Buffer.from(copied!.bytes).equals(bytes)).toBe(true);
    }
  });

  it('copies an index with all its images, and shared content once', async () => {
    const [source, sink] = [new MemoryStore(multi.contents), new MemoryStore()];
    await copyImage(source, sink, multi.index.descriptor);
    for (const digests of [source.digestsOf('fetch'), sink.digestsOf('push')]) {
      expect([...digests].sort()).toEqual(digestsOf(multi.contents).sort());
    }
    expect(sink.digestsOf('push').at(-1)).toBe(multi.index.descriptor.digest);
  });

  it('sends the original bytes of a manifest that we would have serialised differently', async () => {
    const bytes = Buffer.from(`${JSON.stringify({ extra: 1, ...parseManifest(image.manifest.bytes) }, null, 3)}\n`);
    const manifest: EncodedManifest = { bytes, descriptor: { ...image.manifest.descriptor, digest: digestOf(bytes), size: bytes.length } };
    const sink = new MemoryStore();
    await copyImage(new MemoryStore([...image.contents, manifest]), sink, manifest.descriptor);
    expect((await sink.fetchManifest(manifest.descriptor.digest))?.bytes).toEqual(bytes);
  });

  it('neither reads nor sends blobs that the sink has', async () => {
    const [source, sink] = [new MemoryStore(image.contents), new MemoryStore(image.contents)];
    const summary = await copyImage(source, sink, image.manifest.descriptor);
    expect(summary).toMatchObject({ uploaded: { count: 0 }, present: { count: 5, bytes: sizeOf(image.contents) } });
    expect(source.digestsOf('fetch')).toEqual([image.manifest.descriptor.digest]);
  });

  it('makes no request for content that the caller knows to be present', async () => {
    const [source, sink] = [new MemoryStore(image.contents), new MemoryStore(image.layers)];
    const known = new Set(digestsOf(image.layers));
    const summary = await copyImage(source, sink, image.manifest.descriptor, { skip: ({ digest }) => known.has(digest) });
    expect(summary).toMatchObject({ uploaded: { count: 2 }, present: { count: 3 } });
    expect(sink.operations.filter(({ digest }) => known.has(digest))).toEqual([]);
  });

  it('does not read a manifest that is skipped', async () => {
    const source = new MemoryStore();
    await copyImage(source, new MemoryStore(), image.manifest.descriptor, { skip: () => true });
    expect(source.operations).toEqual([]);
  });

  it('mounts what a sibling repository has, and uploads the rest', async () => {
    const sibling = new MemoryStore(image.layers.slice(0, 2));
    const sink = new MountingMemoryStore({ sibling });
    const mountFrom = (): MountSource => ({ registry: 'registry.example.com', repository: 'sibling' });
    const source = new MemoryStore(image.contents);
    const summary = await copyImage(source, sink, image.manifest.descriptor, { mountFrom });
    expect(summary).toMatchObject({ mounted: { count: 2, bytes: sizeOf(image.layers.slice(0, 2)) }, uploaded: { count: 3 } });
    expect(sink.digestsOf('has')).toEqual([]);
    expect(source.digestsOf('fetch')).not.toContain(image.layers[0]!.descriptor.digest);
  });

  it('reports each piece of content once, as it arrives', async () => {
    const events: CopiedContent[] = [];
    await copyImage(new MemoryStore(multi.contents), new MemoryStore(multi.images[0]!.layers), multi.index.descriptor, {
      onContent: (event) => events.push(event),
    });
    expect(digestsOf(events).sort()).toEqual(digestsOf(multi.contents).sort());
    expect(events).toHaveLength(digestsOf(multi.contents).length);
    expect(
      events
        .filter(({ outcome }) => outcome === 'present')
        .map(({ descriptor }) => descriptor.digest)
        .sort(),
    ).toEqual(digestsOf(multi.images[0]!.layers).sort());
  });

  it('copies a single blob', async () => {
    const sink = new MemoryStore();
    await copyImage(new MemoryStore(image.contents), sink, image.layers[0]!.descriptor);
    expect(sink.contents).toEqual([image.layers[0]]);
  });

  it('does not copy foreign layers', async () => {
    const foreign = {
      mediaType: MEDIA_TYPES.dockerForeignLayerGzip,
      digest: digestOf('windows'),
      size: 7,
      urls: ['http://127.0.0.1/layer'],
    };
    const manifest = encodeManifest({ ...parseManifest(image.manifest.bytes), layers: [foreign, image.layers[0]!.descriptor] });
    const [source, sink] = [new MemoryStore([...image.contents, manifest]), new MemoryStore()];
    await copyImage(source, sink, manifest.descriptor);
    expect([...source.operations, ...sink.operations].map(({ digest }) => digest)).not.toContain(foreign.digest);
    expect(sink.digestsOf('push')).toContain(manifest.descriptor.digest);
  });

  it('copies children before parents and each digest once, regardless of timing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat(3)), fc.integer({ min: 1, max: 6 }), async (delays, concurrency) => {
        const sink = new MemoryStore();
        let running = 0;
        let most = 0;
        const slowly = async <T>(task: () => Promise<T>): Promise<T> => {
          most = Math.max(most, ++running);
          await wait(delays.next().value as number);
          return task().finally(() => running--);
        };
        const slowSink: ContentSink = {
          has: (descriptor, options) => slowly(() => sink.has(descriptor, options)),
          // The store in memory refuses a manifest while a child is missing.
          push: (descriptor, open, options) => slowly(() => sink.push(descriptor, open, options)),
        };
        const summary = await copyImage(new MemoryStore(multi.contents), slowSink, multi.index.descriptor, { concurrency });
        expect(summary.uploaded.count).toBe(digestsOf(multi.contents).length);
        expect(new Set(sink.digestsOf('push')).size).toBe(sink.digestsOf('push').length);
        expect(most).toBeLessThanOrEqual(concurrency);
      }),
      { numRuns: 40 },
    );
  });
});

describe('copyImage, when something goes wrong,', () => {
  const copyTo = (sink: ContentSink, contents = image.contents): Promise<unknown> =>
    copyImage(new MemoryStore(contents), sink, image.manifest.descriptor);

  it('fails with the unchanged error of the source or the sink, and writes no manifest', async () => {
    const sink = new MemoryStore();
    await expect(copyTo(sink, image.contents.slice(1))).toFailWithCode('NOT_FOUND', /store in memory/);
    expect(sink.digestsOf('push')).not.toContain(image.manifest.descriptor.digest);
    const failure = new OciError('DENIED', 'Cannot push: not allowed.');
    await expect(copyTo({ has: () => Promise.resolve(false), push: () => Promise.reject(failure) })).rejects.toBe(failure);
  });

  it.each([
    ['layer', image.layers[1]!],
    ['config', image.config],
    ['manifest', image.manifest],
  ])('never lets a damaged %s through', async (_, { descriptor, bytes }) => {
    const damaged = Buffer.from(bytes);
    damaged[10]! ^= 1;
    const [source, sink] = [new MemoryStore(image.contents), new MemoryStore()];
    source.put({ descriptor, bytes: damaged });
    await expect(copyImage(source, sink, image.manifest.descriptor)).toFailWithCode('DIGEST_MISMATCH');
    expect(digestsOf(sink.contents)).not.toContain(descriptor.digest);
    expect(digestsOf(sink.contents)).not.toContain(image.manifest.descriptor.digest);
  });

  it('verifies manifests even if the source does not', async () => {
    const source: ContentSource = { fetch: () => Promise.resolve(Readable.from([Buffer.from('{}')])) };
    await expect(copyImage(source, new MemoryStore(), image.manifest.descriptor)).toFailWithCode('SIZE_MISMATCH');
  });

  it('stops reading an endless manifest', async () => {
    const endless = (): Readable =>
      new Readable({
        read() {
          this.push(Buffer.alloc(65_536));
        },
      });
    await expect(copyImage({ fetch: () => Promise.resolve(endless()) }, new MemoryStore(), image.manifest.descriptor)).toFailWithCode(
      'BODY_TOO_LARGE',
    );
  });

  it('stops the siblings of failed content, and starts nothing new', async () => {
    const many = makeImage({ layers: 20 });
    const stopped: Digest[] = [];
    const started: Digest[] = [];
    const sink: ContentSink = {
      has: () => Promise.resolve(false),
      push: async (descriptor, _open, options) => {
        started.push(descriptor.digest);
        if (started.length === 3) throw new OciError('REGISTRY_FAILED', 'Cannot push: the disk is full.');
        await wait(60_000, undefined, { signal: options?.signal }).catch((error: unknown) => {
          stopped.push(descriptor.digest);
          throw error;
        });
        return 'uploaded';
      },
    };
    await expect(copyImage(new MemoryStore(many.contents), sink, many.manifest.descriptor)).toFailWithCode(
      'REGISTRY_FAILED',
      /disk is full/,
    );
    expect([started.length, stopped.length]).toEqual([4, 3]);
  });

  it('gives each transfer its own signal, which the signal of the caller aborts', async () => {
    const caller = new AbortController();
    const signals: (AbortSignal | undefined)[] = [];
    const sink: ContentSink = {
      has: () => Promise.resolve(false),
      push: (_descriptor, _open, options) => {
        signals.push(options?.signal);
        return Promise.resolve('uploaded');
      },
    };
    await copyImage(new MemoryStore(image.contents), sink, image.manifest.descriptor, { signal: caller.signal });
    expect(new Set(signals).size).toBe(image.contents.length);
    caller.abort();
    expect(signals.every((signal) => signal?.aborted)).toBe(true);
  });

  it('leaves nothing running after a failure', async () => {
    let running = 0;
    const sink: ContentSink = {
      has: () => Promise.resolve(false),
      push: async (descriptor) => {
        running++;
        await wait(descriptor.digest === image.config.descriptor.digest ? 1 : 20);
        running--;
        if (descriptor.digest === image.config.descriptor.digest) throw new OciError('DENIED', 'Cannot push: not allowed.');
        return 'uploaded';
      },
    };
    await expect(copyTo(sink)).toFailWithCode('DENIED');
    expect(running).toBe(0);
  });

  it('stops when the caller aborts', async () => {
    const caller = new AbortController();
    const sink: ContentSink = {
      has: () => Promise.resolve(false),
      push: async (_descriptor, _open, options) => {
        caller.abort();
        await wait(60_000, undefined, { signal: options?.signal });
        return 'uploaded';
      },
    };
    const copying = copyImage(new MemoryStore(image.contents), sink, image.manifest.descriptor, { signal: caller.signal });
    await expect(copying).toFailWithCode('ABORTED', /was cancelled/);
    const late = copyImage(new MemoryStore(image.contents), new MemoryStore(), image.manifest.descriptor, { signal: AbortSignal.abort() });
    await expect(late).toFailWithCode('ABORTED');
  });

  it('limits the nesting of indexes', async () => {
    const nest = (inner: EncodedManifest): EncodedManifest =>
      encodeManifest({ schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests: [inner.descriptor] });
    const levels = Array.from({ length: 10 }).reduce<EncodedManifest[]>((made) => [...made, nest(made.at(-1)!)], [image.manifest]);
    const source = new MemoryStore([...image.contents, ...levels]);
    await expect(copyImage(source, new MemoryStore(), levels[7]!.descriptor)).resolves.toBeDefined();
    await expect(copyImage(source, new MemoryStore(), levels[8]!.descriptor)).toFailWithCode('MANIFEST_INVALID', /nested more than 8 deep/);
  });
});
