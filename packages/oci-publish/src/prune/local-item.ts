import { type StoredImage } from '../engines/dockerfile/dockerfile-tool';
import { type ImageUse } from '../engines/image/image-uses';
import { type RecordedImage } from '../engines/image/made-images';
import { type DockerfileEngine } from '../engines/options/engine-names';

/** A recorded image that an engine still has. */
export interface OwnImage extends RecordedImage {
  readonly stored: StoredImage;
}

/** The store of an engine, and what of it this workspace made. */
export interface EngineStore {
  readonly engine: DockerfileEngine;
  readonly images: readonly StoredImage[];
  readonly own: readonly OwnImage[];
}

/** A folder below `dist/images`. */
export interface ImageFolder {
  readonly project: string;
  /** Absolute. */
  readonly folder: string;
  /** Of its image, in ms since 1970. */
  readonly builtAtMs: number;
  /** On disk, of what would be removed. */
  readonly bytes: number;
  /** Whether the workspace has this project. */
  readonly isKnown: boolean;
}

/** What is known before anything is removed. */
export interface LocalState {
  readonly stores: readonly EngineStore[];
  readonly folders: readonly ImageFolder[];
  /** Projects whose images are used right now. */
  readonly uses: ReadonlyMap<string, ImageUse>;
  /** Projects whose layout is the base of other projects' images, with those. */
  readonly baseOf: ReadonlyMap<string, readonly string[]>;
  /** Whether `dist/images` leads out of the workspace: then folders of other workspaces may be there. */
  readonly isShared: boolean;
  readonly nowMs: number;
}

/** Something local that this workspace made, and why it stays. */
export type LocalItem = (
  | { readonly kind: 'image'; readonly project: string; readonly engine: DockerfileEngine; readonly image: OwnImage }
  | { readonly kind: 'folder'; readonly project: string; readonly folder: ImageFolder }
) & {
  /** That removing it frees. */
  readonly bytes: number;
  readonly builtAtMs: number;
  /** Absent if it is to be removed. */
  readonly kept?: string;
};
