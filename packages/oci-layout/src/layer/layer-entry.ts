interface EntryFacts {
  /** Path in the image without slashes at either end: `app/main.js`. */
  readonly path: string;
  readonly uid: number;
  readonly gid: number;
  /** Permission bits. */
  readonly mode: number;
}

/** A file whose content is read from this machine when the layer is written. */
export interface FileEntry extends EntryFacts {
  readonly kind: 'file';
  readonly from: string;
  /** Bytes when the entry was listed; reading fails if it has changed. */
  readonly size: number;
  /** The state of the file in the file system: if it is equal, the file has not changed. */
  readonly stamp: string;
  /** Time of the last change, in milliseconds since 1970. */
  readonly changedMs: number;
}

export interface FolderEntry extends EntryFacts {
  readonly kind: 'folder';
  /** Whether the user set the owner; else that of the base image stays. */
  readonly isOwnerGiven: boolean;
}

export interface LinkEntry extends EntryFacts {
  readonly kind: 'link';
  /** Relative target with `/`. */
  readonly target: string;
}

/** One fully determined entry of a layer. */
export type LayerEntry = FileEntry | FolderEntry | LinkEntry;
