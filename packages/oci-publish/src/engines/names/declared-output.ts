/** A file or folder that a task makes. */
export interface DeclaredOutput {
  /** `api:build` */
  readonly task: string;
  /** From the workspace root, with `/`. */
  readonly path: string;
}
