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
  /** Bytes, as seen when the entry was collected; reading fails when it is no longer true. */
  readonly size: number;
  /** What the file system said about the file: the same text means that nobody has written to it. */
  readonly stamp: string;
  /** When that was last changed, in milliseconds since 1970. */
  readonly changedMs: number;
}

export interface FolderEntry extends EntryFacts {
  readonly kind: 'folder';
  /** Whether the user has said whose it is; else it stays as the base image has it. */
  readonly isOwnerGiven: boolean;
}

export interface LinkEntry extends EntryFacts {
  readonly kind: 'link';
  /** Relative target with `/`. */
  readonly target: string;
}

/** One thing in a layer, everything about it decided. */
export type LayerEntry = FileEntry | FolderEntry | LinkEntry;
