import { childrenOf, type EncodedManifest } from '@nx-oci/model';

/** Bytes of an image of one platform as a registry keeps it: manifest, config and compressed layers. */
export function imageSize(manifest: EncodedManifest): number {
  return childrenOf(manifest).reduce((sum, { size }) => sum + size, manifest.descriptor.size);
}
