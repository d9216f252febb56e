export { OciError, isOciError, type OciErrorCode, type OciErrorOptions } from './oci-error';
export {
  algorithmOf,
  digestOf,
  finishDigest,
  hexOf,
  isDigest,
  parseDigest,
  shortDigest,
  type Digest,
  type DigestAlgorithm,
} from './digest';
export { ACCEPTED_MANIFEST_TYPES, MEDIA_TYPES, isIndexType, isManifestOrIndexType, isManifestType } from './media-types';
export { type Descriptor } from './descriptor';
export { type Platform } from './platform';
export { type EncodedManifest, type ImageIndex, type ImageManifest } from './manifest';
export {
  isBlobMounter,
  type BlobMounter,
  type ContentSink,
  type ContentSource,
  type MountSource,
  type OpenContent,
  type PushOutcome,
  type ReferrerReader,
  type TagReader,
  type TagWriter,
  type TransferOptions,
} from './content-store';
