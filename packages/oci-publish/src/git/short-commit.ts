/** The number of characters that git itself shows of a commit. */
export const SHORT_COMMIT_LENGTH = 7;

/** The short form of a commit for messages: `a1b2c3d`. */
export function shortCommit(id: string): string {
  return id.slice(0, SHORT_COMMIT_LENGTH);
}
