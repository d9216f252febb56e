/** Characters that git itself shows of a commit. */
export const SHORT_COMMIT_LENGTH = 7;

/** A commit as people read it: `a1b2c3d`. */
export function shortCommit(id: string): string {
  return id.slice(0, SHORT_COMMIT_LENGTH);
}
