const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * Cleans up when the process receives a termination signal, then raises the signal again once `cleanUp` is done. Nx gives a task
 * 5 s for that.
 *
 * @returns a function that removes the listeners.
 */
export function cleanUpOnSignals(cleanUp: () => Promise<void>): () => void {
  const release = () => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  let isCleaningUp = false;
  const onSignal = (signal: NodeJS.Signals) => {
    // Ignores a second signal: otherwise a login could stay behind.
    if (isCleaningUp) return;
    isCleaningUp = true;
    // Released at the end: without this listener, a process with nothing else to wait for would end before the work is done.
    void cleanUp().finally(() => {
      release();
      process.kill(process.pid, signal);
    });
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return release;
}
