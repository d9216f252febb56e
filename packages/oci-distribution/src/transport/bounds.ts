/**
 * How long anything that is asked of a registry may take, in one place: `docs/waiting.md` is the same table for users, and a
 * spec compares the two. Times in milliseconds.
 */
export const BOUNDS = {
  /** For a connection, TLS included. */
  connectMs: 10_000,
  /** For the first bytes of an answer, until a host has answered anything. */
  firstAnswerMs: 20_000,
  /** For a request that moves no blob, its answer included. */
  callMs: 60_000,
  /** For a token. */
  tokenMs: 30_000,
  /** For one byte of a blob, in either direction. */
  idleMs: 60_000,
  /** For the answer to a blob that was sent: some registries hash and move it first. */
  commitMs: 300_000,
  /** A blob moves at least so many bytes a second, over the window below, or the try is ended. */
  floorBytesPerSecond: 1024,
  floorWindowMs: 60_000,
  /** Tries of an operation while a host is silent or too slow; a host that never answered has so many in all. */
  silentTries: 3,
  /** Tries of an operation that fails in another way that may pass. */
  tries: 6,
  /** Longest wait between two tries by our own choice. */
  backoffMs: 30_000,
  /** Longest wait that a registry may ask for. */
  askedWaitMs: 120_000,
  /** All waits of one operation together. */
  waitsMs: 300_000,
  /** For finding out after a silence whether TLS is wanted. */
  probeMs: 2_000,
  /** For a credential helper. */
  helperMs: 60_000,
  /** For all pages of a list of tags, where versions compete for a tag. */
  tagListMs: 20_000,
  /** For a registry on this machine to listen. */
  loopbackMs: 10_000,
  /** How long a host may be silent until it is said, and said again. */
  noticeMs: 7_000,
} as const;
