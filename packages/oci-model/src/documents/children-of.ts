import type { Descriptor } from '../names/descriptor';
import { isImageIndex, type EncodedManifest, type ImageIndex, type ImageManifest } from './manifest';
import { isForeignLayerType, isManifestOrIndexType } from './media-types';
import { parseManifestOrIndex } from './parse-manifest';

/**
 * The content that a store must have before this document: config and layers of a manifest, the manifests of an index.
 * The list is empty for a blob.
 *
 * `subject` is not included: the specification allows it to be absent. Foreign layers are included; see `isForeignLayer`.
 *
 * @throws OciError as `parseManifestOrIndex`, for an encoded document.
 */
export function childrenOf(document: EncodedManifest | ImageManifest | ImageIndex): readonly Descriptor[] {
  if ('bytes' in document) {
    const { mediaType } = document.descriptor;
    return isManifestOrIndexType(mediaType) ? childrenOf(parseManifestOrIndex(document.bytes, mediaType)) : [];
  }
  return isImageIndex(document) ? document.manifests : [document.config, ...document.layers];
}

/**
 * Content that is never fetched or pushed: the vendor serves it, under `urls`. We never follow `urls`: the author of the
 * manifest chose them, so they could point into the reader's private network.
 */
export function isForeignLayer(descriptor: Descriptor): boolean {
  return isForeignLayerType(descriptor.mediaType);
}
