import { buffer } from 'node:stream/consumers';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';

import { digestOf, MEDIA_TYPES, OciError, type ContentSource, type Descriptor } from '@nx-oci/model';

import { SharedDownloads } from './shared-downloads';

// Longer than any test waits, so that a download starts only because all readers have joined.
const FOR_EVER = 600_000;

describe('SharedDownloads', () => {
  // Larger than the buffers of streams.
  const bytes = randomBytes(4 * 1024 * 1024);
  const blob: Descriptor = { mediaType: MEDIA_TYPES.ociLayerGzip, digest: digestOf(bytes), size: bytes.length };
  let fetches: number;
  let source: ContentSource;

  beforeEach(() => {
    fetches = 0;
    source = {
      fetch: () => {
        fetches += 1;
        return Promise.resolve(streamOf(bytes));
      },
    };
  });

  it('fetches a blob once for all that ask for it', async () => {
    const downloads = new SharedDownloads(source, { gatherMs: FOR_EVER, stallMs: FOR_EVER });
    const readers = [downloads.join(), downloads.join(), downloads.join()];
    const read = await Promise.all(readers.map(async (reader) => buffer(await reader.fetch(blob))));
    expect(read.map((content) => content.equals(bytes))).toEqual([true, true, true]);
    expect(fetches).toBe(1);
  });

  it('does not wait for readers that have the blob, or have left', async () => {
    const downloads = new SharedDownloads(source, { gatherMs: FOR_EVER, stallMs: FOR_EVER });
    const [one, two, three] = [downloads.join(), downloads.join(), downloads.join()];
    const reading = one.fetch(blob);
    two.markPresent(blob);
    three.leave();
    expect((await buffer(await reading)).equals(bytes)).toBe(true);
  });

  it('continues alone if the others do not come in time, and for a reader that retries', async () => {
    const downloads = new SharedDownloads(source, { gatherMs: 1, stallMs: FOR_EVER });
    const [one] = [downloads.join(), downloads.join()];
    await buffer(await one.fetch(blob));
    await buffer(await one.fetch(blob));
    expect(fetches).toBe(2);
  });

  it('lets a reader that takes nothing delay the others only for a moment; it gets everything later', async () => {
    const downloads = new SharedDownloads(source, { gatherMs: FOR_EVER, stallMs: 20 });
    const [quick, slow] = [downloads.join(), downloads.join()];
    const [first, second] = await Promise.all([quick.fetch(blob), slow.fetch(blob)]);
    expect((await buffer(first)).equals(bytes)).toBe(true);
    expect((await buffer(second)).equals(bytes)).toBe(true);
    expect(fetches).toBe(2);
  });

  it('continues for the others if one reader aborts', async () => {
    const downloads = new SharedDownloads(source, { gatherMs: FOR_EVER, stallMs: FOR_EVER });
    const [quick, broken] = [downloads.join(), downloads.join()];
    const [first, second] = await Promise.all([quick.fetch(blob), broken.fetch(blob)]);
    second.destroy();
    expect((await buffer(first)).equals(bytes)).toBe(true);
    expect(fetches).toBe(1);
  });

  it('fails for every reader if the source fails, at the start or later', async () => {
    const opening = new SharedDownloads(
      { fetch: () => Promise.reject(new OciError('DENIED', 'no')) },
      { gatherMs: FOR_EVER, stallMs: FOR_EVER },
    );
    const refused = await Promise.allSettled([opening.join(), opening.join()].map((reader) => reader.fetch(blob)));
    expect(refused).toMatchObject([{ reason: { code: 'DENIED' } }, { reason: { code: 'DENIED' } }]);

    const failing = streamOf(bytes);
    const onTheWay = new SharedDownloads({ fetch: () => Promise.resolve(failing) }, { gatherMs: FOR_EVER, stallMs: FOR_EVER });
    const streams = await Promise.all([onTheWay.join(), onTheWay.join()].map((reader) => reader.fetch(blob)));
    const read = Promise.allSettled(streams.map((stream) => buffer(stream)));
    failing.destroy(new OciError('REGISTRY_UNREACHABLE', 'gone'));
    expect(await read).toMatchObject([{ reason: { code: 'REGISTRY_UNREACHABLE' } }, { reason: { code: 'REGISTRY_UNREACHABLE' } }]);
  });
});

function streamOf(content: Buffer): Readable {
  const pieces = Array.from({ length: Math.ceil(content.length / 65_536) }, (_, index) =>
    content.subarray(index * 65_536, (index + 1) * 65_536),
  );
  return Readable.from(pieces, { objectMode: false });
}
