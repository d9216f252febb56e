/**
 * All time limits for registries. `docs/operate/waiting.md` is the same table for users, and a spec compares the two. Times in
 * milliseconds.
 */
export const BOUNDS = {
  /** For a connection, TLS included. */
  connectMs: 10_000,
  /** For the first bytes of an answer, until a host has answered once. */
  firstAnswerMs: 20_000,
  /** For a request that transfers no blob, including its answer. */
  callMs: 60_000,
  /** For a token. */
  tokenMs: 30_000,
  /** Without a single byte of a blob, in either direction. */
  idleMs: 60_000,
  /** For the answer after a blob was sent: some registries hash and move it first. */
  commitMs: 300_000,
  /** The minimum speed of a blob over the window below; a slower attempt is aborted. */
  floorBytesPerSecond: 1024,
  floorWindowMs: 60_000,
  /** Attempts of an operation while a host is silent or too slow; for a host that never answered, attempts in all. */
  silentTries: 3,
  /** Attempts of an operation after other temporary failures. */
  tries: 6,
  /** Longest wait of our own choice between two attempts. */
  backoffMs: 30_000,
  /** Longest wait that a registry may ask for. */
  askedWaitMs: 120_000,
  /** All waits of one operation together. */
  waitsMs: 300_000,
  /** For a probe whether the server requires TLS, after a time-out. */
  probeMs: 2_000,
  /** For a credential helper. */
  helperMs: 60_000,
  /** For all pages of a list of tags, if versions compete for a tag. */
  tagListMs: 20_000,
  /** For a registry on this machine to start. */
  loopbackMs: 10_000,
  /** How long a host may be silent before a notice, and between two notices. */
  noticeMs: 7_000,
} as const;
