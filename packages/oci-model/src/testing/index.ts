export { MemoryStore, MountingMemoryStore, type Content, type Operation } from './memory-store';
export { makeImage, makeIndex, type ImageRecipe, type IndexRecipe, type MadeImage, type MadeIndex } from './make-image';
export { EMPTY_BLOB, makeSignature, SIGNATURE_TYPE } from './make-signature';
export { fuzz, type FuzzTarget } from './fuzz';
export { toFailWithCode } from './to-fail-with-code';
export { makeBuilders, type BuilderNode } from './buildx-builders';
export { describeWith, findRealTool, type RealServer, type RealThings } from './real-things';
