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
export {
  ACCEPTED_MANIFEST_TYPES,
  MEDIA_TYPES,
  isForeignLayerType,
  isIndexType,
  isManifestOrIndexType,
  isManifestType,
} from './media-types';
export { type Descriptor } from './descriptor';
export { chooseDescriptor, formatPlatform, normalizePlatform, parsePlatform, type Platform } from './platform';
export {
  MAX_REPOSITORY_LENGTH,
  MAX_TAG_LENGTH,
  isRegistryHost,
  isRepositoryName,
  isTag,
  parseRepository,
  parseTag,
} from './reference-grammar';
export { familiarName, formatReference, parseReference, type ImageReference } from './reference';
export {
  MAX_MANIFEST_BYTES,
  MAX_READ_MANIFEST_BYTES,
  isImageIndex,
  type EncodedManifest,
  type ImageIndex,
  type ImageManifest,
} from './manifest';
export { parseIndex, parseManifest, parseManifestOrIndex } from './parse-manifest';
export { encodeManifest } from './encode-manifest';
export {
  MAX_CONFIG_BYTES,
  encodeImageConfig,
  parseImageConfig,
  type ContainerConfig,
  type EncodedImageConfig,
  type Healthcheck,
  type HistoryEntry,
  type ImageConfig,
} from './image-config';
export { ANNOTATIONS, isAboutOneImage, makeAnnotations, type AnnotationKey } from './annotations';
export {
  isBlobMounter,
  type BlobMounter,
  type ContentSink,
  type ContentSource,
  type Lookup,
  type MountSource,
  type OpenContent,
  type PushOutcome,
  type ReferrerReader,
  type TagList,
  type TagReader,
  type TagWriter,
  type TransferOptions,
} from './content-store';
export { artifactTypeOf } from './artifact-type';
export { childrenOf, isForeignLayer } from './children-of';
export { copyImage, type Amount, type CopiedContent, type CopyOptions, type CopyProgress, type CopySummary } from './copy-image';
export { firstOf } from './fallback-source';
export { giveBackBytes, lendBytes } from './lent-bytes';
export { readSmallFile, readTextFile, readTextFileSync } from './read-file';
export { explainSystemError } from './system-error';
export { readLimited } from './read-limited';
export { ContentCheck, verifiedStream, verifyBytes } from './verified-stream';
export { limitParallel, type Limit } from './limit-parallel';
export { compileNameGlob, compilePathGlob, matchesAny, type Glob } from './glob';
export { nearestName } from './nearest-name';
export { isProcessAlive } from './processes/is-process-alive';
export { readBootId, readProcessStat, type ProcessStat } from './processes/process-stat';
export { knownSecrets } from './secrets/known-secrets';
export { HIDDEN, type Redactor } from './secrets/redactor';
export { quote } from './quote';
export { hideLogin } from './secrets/hide-login';
