import { childrenOf, type Descriptor, type EncodedManifest } from '@nx-oci/model';

/** Configs and layers of the images of some platforms, each once. */
export function blobsOf(manifests: readonly EncodedManifest[]): readonly Descriptor[] {
  return [...new Map(manifests.flatMap((manifest) => childrenOf(manifest)).map((blob) => [blob.digest, blob])).values()];
}

/**
 * Bytes of an image as a registry keeps it: manifests, configs and compressed layers, each once.
 *
 * @param manifests of its platforms, and the index over them if there is one.
 */
export function imageSize(manifests: readonly EncodedManifest[], index?: EncodedManifest): number {
  const documents = index === undefined ? manifests : [...manifests, index];
  return [...documents.map(({ descriptor }) => descriptor), ...blobsOf(manifests)].reduce((sum, { size }) => sum + size, 0);
}
