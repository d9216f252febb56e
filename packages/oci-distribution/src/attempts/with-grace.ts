/** Well below the 5 s after which Nx kills a task that it told to end. */
const GRACE_MS = 1500;

/** The same signal, a moment later: for a request that has left and whose answer tells what is to be taken back. */
export function withGrace(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal === undefined || signal.aborted) return signal;
  const late = new AbortController();
  const abort = (): void => late.abort(signal.reason);
  // Nothing that is still wanted waits for it: the request itself keeps the process.
  signal.addEventListener('abort', () => void setTimeout(abort, GRACE_MS).unref(), { once: true });
  return late.signal;
}
