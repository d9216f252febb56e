/** `other` is a device or a pipe. */
export type FileKind = 'file' | 'folder' | 'link' | 'hardlink' | 'other';

/** What one layer says of a path. */
export interface LayerFile<Facts> {
  readonly kind: FileKind;
  /** Permission bits, those of set-user-ID and the like included. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Of content; 0 for all but files. */
  readonly sizeBytes: number;
  /** Of links: as written. */
  readonly target?: string;
  /** What was found inside. */
  readonly facts?: Facts;
}

/** The files that one layer has, and those that it removes. Paths without slashes at either end. */
export interface LayerFiles<Facts> {
  readonly files: Readonly<Record<string, LayerFile<Facts>>>;
  /** Paths at which it removes the files and folders of lower layers. */
  readonly removed: readonly string[];
  /** Folders whose content of lower layers it removes. */
  readonly emptied: readonly string[];
}
