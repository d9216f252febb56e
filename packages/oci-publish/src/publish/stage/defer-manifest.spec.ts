import { type BlobMounter, MEDIA_TYPES } from '@nx-oci/model';
import { makeImage, MemoryStore, type Content } from '@nx-oci/model/testing';
import { Readable } from 'node:stream';

import { deferManifest } from './defer-manifest';

const { manifest, layers } = makeImage();

/** Accepts everything, without checking references. */
class Sink extends MemoryStore implements BlobMounter {
  readonly taken: string[] = [];

  override push: MemoryStore['push'] = ({ mediaType }) => {
    this.taken.push(mediaType);
    return Promise.resolve('uploaded');
  };

  mountOrPush: BlobMounter['mountOrPush'] = (descriptor, _from, open, options) => this.push(descriptor, open, options);
}

const open =
  ({ bytes }: Pick<Content, 'bytes'>) =>
  () =>
    Promise.resolve(Readable.from([bytes], { objectMode: false }));

describe('a sink that holds a manifest back', () => {
  it('does not send that manifest, and sends all else', async () => {
    const sink = new Sink();
    const holding = deferManifest(sink, manifest.descriptor.digest);
    for (const content of [manifest, ...layers]) expect(await holding.push(content.descriptor, open(content))).toBe('uploaded');
    expect(sink.taken).toEqual(layers.map(({ descriptor }) => descriptor.mediaType));
  });

  it('sends a blob with the same digest: an image may have a manifest as a layer', async () => {
    const sink = new Sink();
    const blob = { ...manifest.descriptor, mediaType: MEDIA_TYPES.ociLayerTar };
    await deferManifest(sink, manifest.descriptor.digest).push(blob, open(manifest));
    expect(sink.taken).toEqual([MEDIA_TYPES.ociLayerTar]);
  });

  it('holds nothing back if there is no such manifest', () => {
    const sink = new Sink();
    expect(deferManifest(sink, undefined)).toBe(sink);
  });
});
