/** Well below the 5 s after which task runners kill a process that they asked to end. */
const GRACE_MS = 1500;

/** The same signal, a moment later: for a request that was sent and whose answer names what has to be cancelled. */
export function delayAbort(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal === undefined || signal.aborted) return signal;
  const late = new AbortController();
  const abort = (): void => late.abort(signal.reason);
  // The timer need not keep the process alive: the request does.
  signal.addEventListener('abort', () => void setTimeout(abort, GRACE_MS).unref(), { once: true });
  return late.signal;
}
