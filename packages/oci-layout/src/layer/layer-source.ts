/** Files that go into a layer. */
export interface LayerSource {
  /** Absolute path of a file or folder on this machine. When it is a link itself, what it points at is taken. */
  readonly from: string;
  /**
   * Absolute path in the image, with `/`. A folder's content lands in it; a file lands at it, or inside it under its own
   * name when the path ends in `/`.
   */
  readonly to: string;
  /** Patterns relative to `from` (see `compilePathGlob`); only what matches is taken. */
  readonly include?: readonly string[];
  /** Patterns relative to `from`; what matches is left out, even when included. */
  readonly exclude?: readonly string[];
  /**
   * What is left out although no pattern says so: `skipped` is a file, or a folder with all that is in it; `entered` a folder
   * that is not itself taken and may hold something that is.
   *
   * @param path relative to `from`, with `/`.
   */
  readonly leaveOut?: (path: string, kind: 'file' | 'folder') => 'taken' | 'entered' | 'skipped';
  /** Who owns files and folders in the image; by default root, and for a folder of the base image its owner there. Names are never written, since images number them differently. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** Permission bits for every file (not folder) of this source, such as 0o755; by default 0755 or 0644 by the x bit. */
  readonly mode?: number;
}
