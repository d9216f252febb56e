export { createLayout, openLayout, type Layout } from './layout';
export { loadBase, readBaseFromLayout, type BaseImage } from './image/base-image';
export { buildImage } from './image/build-image';
export { type BuildImageOptions, type BuiltImage, type BuiltLayer, type ConfigChanges } from './image/build-options';
export { buildIndex, type PlatformImage } from './image/build-index';
export { stampImage, type StampableImage, type StampedImage, type StampFacts } from './image/stamp-image';
export { compileGlob, type Glob } from './layer/glob';
export { removeUnusedLayers } from './layer/remove-unused-layers';
export { type LayerSource } from './layer/layer-source';
