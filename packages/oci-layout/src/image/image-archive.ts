import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import {
  ANNOTATIONS,
  childrenOf,
  encodeManifest,
  hexOf,
  MEDIA_TYPES,
  parseManifest,
  type ContentSource,
  type Descriptor,
  type EncodedManifest,
} from '@nx-oci/model';

import { encodeTarHeader, END_OF_ARCHIVE, paddingAfter } from '../layer/tar-header';

export interface ArchivedImage {
  readonly manifest: EncodedManifest;
  /** Has its config and its layers. */
  readonly source: ContentSource;
  /** The name that an engine gives it: `localhost/nx-oci/api:1`. */
  readonly name: string;
}

/**
 * Writes an image as an archive that every engine loads: an OCI image layout, which has the very blobs, and beside it the
 * `manifest.json` that Docker before version 25 looks for.
 *
 * @param file absolute; is replaced.
 * @see https://github.com/moby/docker-image-spec/blob/v1.3.1/spec.md#combined-image-json--filesystem-changeset-format
 */
export async function writeImageArchive(file: string, image: ArchivedImage, signal?: AbortSignal): Promise<void> {
  await pipeline(Readable.from(archiveOf(image, signal), { objectMode: false }), createWriteStream(file, { mode: 0o600 }), {
    ...(signal && { signal }),
  });
}

async function* archiveOf({ manifest, source, name }: ArchivedImage, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const { config, layers } = parseManifest(manifest.bytes, manifest.descriptor.mediaType);
  const tag = name.slice(name.lastIndexOf(':') + 1);
  const entry = { ...manifest.descriptor, annotations: { [ANNOTATIONS.refName]: tag, 'io.containerd.image.name': name } };
  const index = encodeManifest({ schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests: [entry] });
  const forDocker = [{ Config: pathOf(config), RepoTags: [name], Layers: layers.map(pathOf) }];
  yield* small('oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}'));
  yield* small('index.json', index.bytes);
  yield* small('manifest.json', Buffer.from(JSON.stringify(forDocker)));
  yield* small(pathOf(manifest.descriptor), manifest.bytes);
  const written = new Set<string>();
  for (const child of childrenOf(manifest)) {
    if (written.has(child.digest)) continue;
    written.add(child.digest);
    yield headerOf(pathOf(child), child.size);
    for await (const chunk of await source.fetch(child, { ...(signal && { signal }) })) yield chunk as Buffer;
    yield paddingAfter(child.size);
  }
  yield END_OF_ARCHIVE;
}

function* small(path: string, bytes: Uint8Array): Generator<Uint8Array> {
  yield headerOf(path, bytes.byteLength);
  yield bytes;
  yield paddingAfter(bytes.byteLength);
}

function headerOf(path: string, size: number): Buffer {
  return encodeTarHeader({ kind: 'file', path, mode: 0o644, uid: 0, gid: 0, size });
}

function pathOf({ digest }: Pick<Descriptor, 'digest'>): string {
  return `blobs/${digest.slice(0, digest.indexOf(':'))}/${hexOf(digest)}`;
}
