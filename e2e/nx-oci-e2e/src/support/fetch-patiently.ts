/** The answer of a server that is still starting. */
export async function fetchPatiently(url: string, init?: RequestInit): Promise<Response> {
  for (let waitedMs = 0; ; waitedMs += 100) {
    try {
      return await fetch(url, init);
    } catch (error) {
      if (waitedMs > 60_000) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
