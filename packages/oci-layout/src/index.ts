export { createLayout, openLayout, type Layout } from './folder/layout';
export { loadBase, loadBases, readBasesFromLayout, type BaseImage } from './image/base-image';
export { FolderLists } from './base-folders/folder-lists';
export { buildImage, buildImages } from './image/build-image';
export {
  type BaseContent,
  type BuildImageOptions,
  type BuiltImage,
  type BuiltLayer,
  type ConfigChanges,
  type ImageToBuild,
} from './image/build-options';
export { storeImage, type StoredImage, type StoreImageOptions } from './image/store-image';
export {
  openSavedArchive,
  openSavedLayout,
  isImage,
  openPlatforms,
  openSavedPlatforms,
  type SavedImage,
  type SavedLayer,
} from './image/saved-image';
export { writeImageArchive, type ArchivedImage } from './image/image-archive';
export { buildIndex, type PlatformImage } from './image/build-index';
export { rebaseImage, type RebasableImage, type RebasedImage } from './image/rebase-image';
export { formatOwnParts, ownPartsOf, parseOwnParts, type OwnParts } from './image/own-parts';
export { stampIndex } from './image/stamp-index';
export { stampImage, type StampableImage, type StampedImage, type StampFacts } from './image/stamp-image';
export { COMPRESSIONS, type Compression } from './compression/compression';
export { findZstdProblem, ZSTD_FIX } from './compression/compress-zstd';
export { type LayerCount } from './layer/layer-cache';
export { removeLayers, removeUnusedLayers } from './layer/remove-unused-layers';
export { type LayerSource } from './layer/layer-source';
export { type PackingWatcher } from './layer/packing-watcher';
export { listSource } from './layer/list-source';
export { type LayerEntry } from './layer/layer-entry';
export { stampOf } from './layer/file-stamp';
export { ImageFiles, type ImageFile, type Resolution } from './layer-files/image-files';
export { type LayerFile, type LayerFiles } from './layer-files/layer-files';
export { readLayerFiles, type FileInspector } from './layer-files/read-layer-files';
export { isReadableLayer } from './tar/read-layer-tar';
export { TarProblem } from './tar/tar-headers';
