const PARENT_LOOK_MS = 500;

/** Why a server ends. */
export type EndReason = 'signal' | 'parent gone';

/**
 * Waits until this process receives a termination signal, or until its parent, Nx, has ended: a killed run must not leave a
 * server behind (Nx 22 leaves continuous tasks running when it ends).
 */
export function untilEnd(): Promise<EndReason> {
  const parent = process.ppid;
  return new Promise((resolve) => {
    const end = (reason: EndReason) => {
      clearInterval(look);
      resolve(reason);
    };
    // An orphan gets another parent.
    const look = setInterval(() => {
      if (process.ppid !== parent) end('parent gone');
    }, PARENT_LOOK_MS);
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => end('signal'));
    process.once('disconnect', () => end('parent gone'));
  });
}
