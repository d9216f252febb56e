import { isImageIndex, type ImageIndex, type ImageManifest } from './manifest';

/**
 * The artifact type of a document in a list of referrers: its own, else the media type of its config; an index may have none.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers
 */
export function artifactTypeOf(document: ImageManifest | ImageIndex): string | undefined {
  // An empty string counts as none.
  return document.artifactType || (isImageIndex(document) ? undefined : document.config.mediaType);
}
