import type { ContentSource, Descriptor, Digest, EncodedManifest, ImageConfig, Platform } from '@nx-oci/model';

import type { FolderLists } from '../base-folders/folder-lists';
import type { Compression } from '../compression/compression';
import type { LayerSource } from '../layer/layer-source';
import type { PackingWatcher } from '../layer/packing-watcher';
import type { Layout } from '../folder/layout';
import type { BaseImage } from './base-image';

/** The container config, with the terms of a Dockerfile. Omitted settings stay as in the base image. */
export interface ConfigChanges {
  /** Sets or adds variables; the others of the base image stay. */
  readonly env?: Readonly<Record<string, string>>;
  /** `name`, `uid`, or either with `:group`. */
  readonly user?: string;
  /** Absolute path. */
  readonly workdir?: string;
  /** The program and its first arguments. Setting it drops the base image's `cmd`, which belongs to another program. */
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  /** `8080`, `"8080/tcp"`, `"53/udp"`; added to those of the base image. */
  readonly ports?: readonly (number | string)[];
  /** Absolute paths; added to those of the base image. */
  readonly volumes?: readonly string[];
  /** `SIGTERM` or a number. */
  readonly stopSignal?: string;
}

/** Access to the layers of a base image, to find its folders. */
export interface BaseContent {
  readonly source: ContentSource;
  readonly lists: FolderLists;
  /** Called before layers are fetched, with their total compressed size in bytes. */
  readonly onRead?: (sizeBytes: number) => void;
}

/** One image. */
export interface ImageToBuild {
  /** The image to build on; default: Docker's `scratch`. */
  readonly base?: BaseImage;
  /** Without it, folders in the layers get mode 0755 and owner root, although the base image may have others. */
  readonly baseContent?: BaseContent;
  /** Each inner list becomes one layer, in this order: put first what changes least. */
  readonly layers: readonly (readonly LayerSource[])[];
  readonly platform: Platform;
  readonly config: ConfigChanges;
  /** Override the labels of the base image. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Of the manifest. Those of the base image are not inherited. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What images that are built together have in common. */
export interface SharedBuildOptions {
  /** Receives the layers, the config and the manifest; its entries are not changed. */
  readonly sink: Layout;
  /** Absolute path of a folder that stores finished layers between builds; created if missing. */
  readonly layerCache?: string;
  /** Of the new layers; default gzip. zstd needs Node 22.16 or later. */
  readonly compression?: Compression;
  readonly watcher?: PackingWatcher;
  readonly signal?: AbortSignal;
}

export type BuildImageOptions = ImageToBuild & SharedBuildOptions;

export interface BuiltLayer {
  /** Digest of the tar archive before compression. */
  readonly diffId: Digest;
  readonly descriptor: Descriptor;
  /** Whether it came from the cache, without packing and compressing. */
  readonly reused: boolean;
}

export interface BuiltImage {
  readonly manifest: EncodedManifest;
  readonly config: ImageConfig;
  /** The layers that this build added, in order. */
  readonly layers: readonly BuiltLayer[];
  /** Paths in the image of files that look like keys, tokens or passwords. */
  readonly credentials: readonly string[];
  /** Why the folders of the base image are unknown, if they matter. */
  readonly unknownFolders?: string;
}
