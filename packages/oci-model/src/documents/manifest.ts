import type { Descriptor } from '../names/descriptor';

/** @see https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md */
export interface ImageManifest {
  readonly schemaVersion: 2;
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** @see https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md */
export interface ImageIndex {
  readonly schemaVersion: 2;
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly manifests: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A manifest or index as the bytes that its digest covers. Never serialised again once it was read. */
export interface EncodedManifest {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/** Largest manifest or index that is sent, in bytes: registries refuse larger ones. */
export const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

/** Largest manifest or index that is read, in bytes. */
export const MAX_READ_MANIFEST_BYTES = 8 * 1024 * 1024;

export function isImageIndex(document: ImageManifest | ImageIndex): document is ImageIndex {
  return 'manifests' in document;
}
