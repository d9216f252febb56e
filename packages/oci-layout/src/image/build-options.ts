import type { ContentSource, Descriptor, Digest, EncodedManifest, ImageConfig, Platform } from '@nx-oci/model';

import type { FolderLists } from '../base-folders/folder-lists';
import type { LayerSource } from '../layer/layer-source';
import type { Layout } from '../folder/layout';
import type { BaseImage } from './base-image';

/** What a container of the image does, in the words of a Dockerfile. What is left out stays as in the base image. */
export interface ConfigChanges {
  /** Each name is set anew or added; the others of the base image stay. */
  readonly env?: Readonly<Record<string, string>>;
  /** `name`, `uid`, or either with `:group`. */
  readonly user?: string;
  /** Absolute path. */
  readonly workdir?: string;
  /** The program and its first arguments. Setting it drops the base image's `cmd`, which was made for another program. */
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  /** `8080`, `"8080/tcp"`, `"53/udp"`; added to those of the base image. */
  readonly ports?: readonly (number | string)[];
  /** Absolute paths; added to those of the base image. */
  readonly volumes?: readonly string[];
  /** `SIGTERM` or a number. */
  readonly stopSignal?: string;
}

/** Where the layers of a base image are, to learn which folders it has. */
export interface BaseContent {
  readonly source: ContentSource;
  readonly lists: FolderLists;
  /** Called before layers are read, with their compressed bytes: they may have to be fetched. */
  readonly onRead?: (sizeBytes: number) => void;
}

export interface BuildImageOptions {
  /** The image to build on; none is Docker's `scratch`. */
  readonly base?: BaseImage;
  /** Without it, folders that layers name get 0755 and root where the base image may have something else. */
  readonly baseContent?: BaseContent;
  /** Each inner list becomes one layer, in this order: what changes least comes first. */
  readonly layers: readonly (readonly LayerSource[])[];
  readonly platform: Platform;
  readonly config: ConfigChanges;
  /** Set over the labels of the base image. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Of the manifest. Those of the base image's manifest are not taken over. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Gets the layers, the config and the manifest; its entries are not touched. */
  readonly sink: Layout;
  /** Absolute path of a folder where finished layers are kept between builds; made when missing. */
  readonly layerCache?: string;
  readonly signal?: AbortSignal;
}

export interface BuiltLayer {
  /** Digest of the tar archive before compression. */
  readonly diffId: Digest;
  readonly descriptor: Descriptor;
  /** Whether it came from the cache as it was, neither packed nor compressed. */
  readonly reused: boolean;
}

export interface BuiltImage {
  readonly manifest: EncodedManifest;
  readonly config: ImageConfig;
  /** Those that this build added, in order. */
  readonly layers: readonly BuiltLayer[];
  /** Paths in the image of files that look like keys, tokens or passwords. */
  readonly credentials: readonly string[];
  /** Why the folders of the base image are not known, where they would have mattered. */
  readonly unknownFolders?: string;
}
