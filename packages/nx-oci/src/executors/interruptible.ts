import { Interruption } from '@nx-oci/publish';

// Ctrl-C, the end of a run of Nx, and a terminal or connection that is closed.
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs the work of an executor so that a signal stops it in order: uploads are cancelled, temporary folders removed. */
export async function interruptible<Result>(work: (interruption: Interruption) => Promise<Result>): Promise<Result> {
  const interruption = new Interruption();
  // Not `once`: without a listener, a second signal would end the process before it has cleaned up.
  for (const signal of SIGNALS) process.on(signal, interruption.stop);
  try {
    return await work(interruption);
  } finally {
    for (const signal of SIGNALS) process.off(signal, interruption.stop);
  }
}
