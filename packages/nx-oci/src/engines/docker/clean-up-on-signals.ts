const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * Cleans up when the process is told to end, and lets it end then: the signal is raised again once `cleanUp` is done.
 * Nx gives a task 5 s for that.
 *
 * @returns stops waiting.
 */
export function cleanUpOnSignals(cleanUp: () => Promise<void>): () => void {
  const release = () => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  const onSignal = (signal: NodeJS.Signals) => {
    release();
    void cleanUp().finally(() => process.kill(process.pid, signal));
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return release;
}
