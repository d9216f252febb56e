import type { Descriptor } from '../names/descriptor';
import { isImageIndex, type EncodedManifest, type ImageIndex, type ImageManifest } from './manifest';
import { isForeignLayerType, isManifestOrIndexType } from './media-types';
import { parseManifestOrIndex } from './parse-manifest';

/**
 * What must be in a store before this document is: config and layers of a manifest, the manifests of an index.
 * Content that has no children (a blob) has an empty list.
 *
 * `subject` is not among them: it may be absent by the spec. Foreign layers are; see `isForeignLayer`.
 *
 * @throws OciError as `parseManifestOrIndex`, for a document that is still encoded.
 */
export function childrenOf(document: EncodedManifest | ImageManifest | ImageIndex): readonly Descriptor[] {
  if ('bytes' in document) {
    const { mediaType } = document.descriptor;
    return isManifestOrIndexType(mediaType) ? childrenOf(parseManifestOrIndex(document.bytes, mediaType)) : [];
  }
  return isImageIndex(document) ? document.manifests : [document.config, ...document.layers];
}

/**
 * Content that is never fetched nor pushed: its bytes live at its vendor, under `urls`. We never follow `urls`:
 * whoever wrote the manifest chose them, so they could point into the network of whoever reads it.
 */
export function isForeignLayer(descriptor: Descriptor): boolean {
  return isForeignLayerType(descriptor.mediaType);
}
