import { childrenOf, formatPlatform, isImageIndex, isOciError, parseManifestOrIndex, readLimited } from '@nx-oci/model';
import type { ImageIndex, ImageManifest } from '@nx-oci/model';

import type { StoredManifest } from '../repositories/manifest-records';
import type { RegistryStorage } from '../storage/storage';
import { printSize } from './print-amount';

/** A description of a manifest, for people. */
export interface ManifestDescription {
  /** `image, 3 layers` */
  readonly kind: string;
  /** Bytes of a pull, config included; `undefined` for an index, where it depends on the platform. */
  readonly sizeBytes: number | undefined;
}

// Manifests usually have a few kilobytes, but may have 4 MiB: a page of such manifests would read 200 MiB.
const MAX_BYTES = 256 * 1024;

/** Reads and describes a manifest; unreadable or huge ones are described by their media type. */
export async function describeManifest(storage: RegistryStorage, manifest: StoredManifest): Promise<ManifestDescription> {
  const { digest, mediaType, sizeBytes } = manifest;
  if (sizeBytes > MAX_BYTES) return { kind: `${mediaType}, itself ${printSize(sizeBytes)}`, sizeBytes: undefined };
  try {
    const bytes = await readLimited(storage.content.read(digest), MAX_BYTES, `the manifest ${digest}`);
    const document = parseManifestOrIndex(bytes, mediaType);
    return isImageIndex(document) ? { kind: describeIndex(document), sizeBytes: undefined } : describeImage(document);
  } catch (error) {
    if (isOciError(error)) return { kind: mediaType, sizeBytes: undefined };
    throw error;
  }
}

function describeIndex({ manifests }: ImageIndex): string {
  const platforms = manifests.flatMap(({ platform }) => (platform && platform.os !== 'unknown' ? [formatPlatform(platform)] : []));
  return platforms.length > 0 ? `index: ${platforms.join(', ')}` : `index of ${manifests.length}`;
}

function describeImage(document: ImageManifest): ManifestDescription {
  const { artifactType, layers } = document;
  const count = layers.length === 1 ? '1 layer' : `${layers.length} layers`;
  const sizeBytes = childrenOf(document).reduce((sum, { size }) => sum + size, 0);
  return { kind: artifactType ? `${artifactType}, ${count}` : `image, ${count}`, sizeBytes };
}
