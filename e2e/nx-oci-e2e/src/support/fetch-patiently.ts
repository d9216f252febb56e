// The proxy of an engine takes a connection before the server listens, and such a one may never be answered.
const ONE_TRY_MS = 20_000;
const ALL_TRIES_MS = 120_000;

/** The answer of a server that is still starting. */
export async function fetchPatiently(url: string, init?: RequestInit): Promise<Response> {
  const end = performance.now() + ALL_TRIES_MS;
  for (;;) {
    try {
      return await fetch(url, { ...init, signal: AbortSignal.timeout(ONE_TRY_MS) });
    } catch (error) {
      if (performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
