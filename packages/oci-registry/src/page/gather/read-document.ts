import {
  isOciError,
  parseImageConfig,
  parseManifestOrIndex,
  readLimited,
  type Digest,
  type ImageConfig,
  type ImageIndex,
  type ImageManifest,
} from '@nx-oci/model';

import type { RegistryStorage } from '../../storage/storage';

// Manifests usually have a few kilobytes, but may have 4 MiB: a page of a hundred such manifests would read 400 MiB.
const MAX_MANIFEST_BYTES = 256 * 1024;
const MAX_CONFIG_BYTES = 1024 * 1024;

/** Reads a manifest or an index; `undefined` if it is huge, deleted, or not readable. */
export function readDocument(
  storage: RegistryStorage,
  { digest, mediaType }: { readonly digest: Digest; readonly mediaType?: string },
): Promise<ImageManifest | ImageIndex | undefined> {
  return readAs(storage, digest, MAX_MANIFEST_BYTES, (bytes) => parseManifestOrIndex(bytes, mediaType));
}

/** Reads the config of an image; `undefined` as for `readDocument`, and for artifacts, whose configs are something else. */
export function readConfig(storage: RegistryStorage, digest: Digest): Promise<ImageConfig | undefined> {
  return readAs(storage, digest, MAX_CONFIG_BYTES, parseImageConfig);
}

async function readAs<Parsed>(
  storage: RegistryStorage,
  digest: Digest,
  maxBytes: number,
  parse: (bytes: Uint8Array) => Parsed,
): Promise<Parsed | undefined> {
  const sizeBytes = await storage.content.sizeOf(digest);
  if (sizeBytes === undefined || sizeBytes > maxBytes) return undefined;
  try {
    return parse(await readLimited(storage.content.read(digest), maxBytes, digest));
  } catch (error) {
    // Pushed by anyone, with any content; or deleted after its size was read.
    if (isOciError(error) || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
