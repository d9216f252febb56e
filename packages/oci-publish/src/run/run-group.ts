/** Publish tasks whose tags move together: all or none. */
export interface RunGroup {
  /** Ordered; may run in several processes. */
  readonly taskIds: readonly string[];
  /** Tasks whose failure prevents the tags of this group from moving, including its own. */
  readonly stoppedBy: readonly string[];
}
