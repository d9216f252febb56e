import { isImageIndex, type ImageIndex, type ImageManifest } from './manifest';

/**
 * What lists of referrers call a document: its own type, else that of its config; an index may have none.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers
 */
export function artifactTypeOf(document: ImageManifest | ImageIndex): string | undefined {
  // An empty text counts as none.
  return document.artifactType || (isImageIndex(document) ? undefined : document.config.mediaType);
}
