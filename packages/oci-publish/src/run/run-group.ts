/** Publish tasks whose tags move together: those of all, or of none. */
export interface RunGroup {
  /** Ordered; may be in several processes. */
  readonly taskIds: readonly string[];
  /** Tasks whose failure keeps the tags of this group where they are; its own among them. */
  readonly stoppedBy: readonly string[];
}
