/** Files that go into a layer. */
export interface LayerSource {
  /** Absolute path of a file or folder on this machine. A link is followed. */
  readonly from: string;
  /**
   * Absolute path in the image, with `/`. The content of a folder goes into it; a file is copied to it, or into it under its
   * own name if the path ends with `/`.
   */
  readonly to: string;
  /** Patterns relative to `from` (see `compilePathGlob`); only matching files are copied. */
  readonly include?: readonly string[];
  /** Patterns relative to `from`; matching files are omitted, even if included. */
  readonly exclude?: readonly string[];
  /**
   * Omits files that no pattern excludes: `skipped` omits a file, or a folder with its content; `entered` omits a folder but
   * not all of its content.
   *
   * @param path relative to `from`, with `/`.
   */
  readonly leaveOut?: (path: string, kind: 'file' | 'folder') => 'taken' | 'entered' | 'skipped';
  /** Owner of files and folders in the image; default: root, and for a folder of the base image its owner there. Names are never written, since their numbers differ between images. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** Permission bits for every file (not folder) of this source, such as 0o755; by default 0755 or 0644 by the x bit. */
  readonly mode?: number;
}
