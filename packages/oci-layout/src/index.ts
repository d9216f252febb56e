export { createLayout, openLayout, type Layout } from './layout';
export { loadBase, readBaseFromLayout, type BaseImage } from './image/base-image';
export { FolderLists } from './base-folders/folder-lists';
export { buildImage } from './image/build-image';
export { type BaseContent, type BuildImageOptions, type BuiltImage, type BuiltLayer, type ConfigChanges } from './image/build-options';
export { buildIndex, type PlatformImage } from './image/build-index';
export { stampImage, type StampableImage, type StampedImage, type StampFacts } from './image/stamp-image';
export { removeUnusedLayers } from './layer/remove-unused-layers';
export { type LayerSource } from './layer/layer-source';
