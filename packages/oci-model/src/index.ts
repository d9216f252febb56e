export { OciError, isOciError, type OciErrorCode, type OciErrorOptions } from './errors/oci-error';
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
} from './names/digest';
export {
  ACCEPTED_MANIFEST_TYPES,
  MEDIA_TYPES,
  isForeignLayerType,
  isIndexType,
  isManifestOrIndexType,
  isManifestType,
} from './documents/media-types';
export { type Descriptor } from './names/descriptor';
export { chooseDescriptor, formatPlatform, normalizePlatform, parsePlatform, type Platform } from './names/platform';
export {
  MAX_REPOSITORY_LENGTH,
  MAX_TAG_LENGTH,
  isRegistryHost,
  isRepositoryName,
  isTag,
  parseRepository,
  parseTag,
} from './names/reference-grammar';
export { familiarName, formatReference, parseReference, type ImageReference } from './names/reference';
export {
  MAX_MANIFEST_BYTES,
  MAX_READ_MANIFEST_BYTES,
  isImageIndex,
  type EncodedManifest,
  type ImageIndex,
  type ImageManifest,
} from './documents/manifest';
export { parseIndex, parseManifest, parseManifestOrIndex } from './documents/parse-manifest';
export { encodeManifest } from './documents/encode-manifest';
export {
  MAX_CONFIG_BYTES,
  encodeImageConfig,
  parseImageConfig,
  type ContainerConfig,
  type EncodedImageConfig,
  type Healthcheck,
  type HistoryEntry,
  type ImageConfig,
} from './documents/image-config';
export { ANNOTATIONS, isImageSpecificLabel, makeAnnotations, type AnnotationKey } from './documents/annotations';
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
} from './copy/content-store';
export { artifactTypeOf } from './documents/artifact-type';
export { childrenOf, isForeignLayer } from './documents/children-of';
export { copyImage, type Amount, type CopiedContent, type CopyOptions, type CopyProgress, type CopySummary } from './copy/copy-image';
export { fallbackSource } from './copy/fallback-source';
export { releaseBuffer, pooledBuffer } from './streams/pooled-buffer';
export { READ_ONLY, readSmallFile, readTextFile, readTextFileSync } from './streams/read-file';
export { versionAbove } from './streams/version-above';
export { explainSystemError } from './errors/system-error';
export { readLimited } from './streams/read-limited';
export { ContentCheck, verifiedStream, verifyBytes } from './streams/verified-stream';
export { limitParallel, type Limit } from './streams/limit-parallel';
export { compileNameGlob, compilePathGlob, matchesAny, type Glob } from './text/glob';
export { nearestName } from './text/nearest-name';
export { isProcessAlive } from './processes/is-process-alive';
export { readBootId, readProcessStat, type ProcessStat } from './processes/process-stat';
export { knownSecrets } from './secrets/known-secrets';
export { isSecretName } from './secrets/is-secret-name';
export { HIDDEN, type Redactor } from './secrets/redactor';
export { isInside, portablePath } from './paths/portable-path';
export { escapeControls } from './text/escape-controls';
export { quote } from './text/quote';
export { hideLogin } from './secrets/hide-login';
export { redactPatterns } from './secrets/redact-patterns';
