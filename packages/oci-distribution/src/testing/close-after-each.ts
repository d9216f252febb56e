/** A resource that keeps the process alive until it is closed; closing it twice is harmless. */
interface Closable {
  close(): Promise<void>;
}

const opened: Closable[] = [];

/**
 * Closes a resource at the end of the spec that opened it, also after a failure: an open server would keep the whole run from
 * ending. A spec may close it sooner.
 */
export function closeAfterEach<T extends Closable>(resource: T): T {
  opened.push(resource);
  return resource;
}

// In reverse order: clients before their servers.
afterEach(async () => {
  for (const resource of opened.splice(0).reverse()) await resource.close();
});
