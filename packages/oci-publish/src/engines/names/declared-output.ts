/** A file or folder that a task writes. */
export interface DeclaredOutput {
  /** `api:build` */
  readonly task: string;
  /** From the workspace root, with `/`. */
  readonly path: string;
}
