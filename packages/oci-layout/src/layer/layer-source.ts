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
  /** Who owns files and folders in the image; by default root, and for a folder of the base image its owner there. Names are never written, since images number them differently. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** Permission bits for every file (not folder) of this source, such as 0o755; by default 0755 or 0644 by the x bit. */
  readonly mode?: number;
}
