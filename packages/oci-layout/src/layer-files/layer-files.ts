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

/** What one layer has, and what it takes away. Paths without slashes at either end. */
export interface LayerFiles<Facts> {
  readonly files: Readonly<Record<string, LayerFile<Facts>>>;
  /** What lower layers have there is gone. */
  readonly removed: readonly string[];
  /** What lower layers have in that folder is gone. */
  readonly emptied: readonly string[];
}
