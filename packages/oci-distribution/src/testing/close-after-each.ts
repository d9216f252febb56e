/** Something that keeps a process alive until it is closed; closing it twice does no harm. */
interface Closable {
  close(): Promise<void>;
}

const opened: Closable[] = [];

/**
 * Has something closed when the spec that opened it is over, also when that fails half-way: a server that is left open
 * keeps the whole run from ending. Whoever wants it closed sooner may do so.
 */
export function closeAfterEach<T extends Closable>(thing: T): T {
  opened.push(thing);
  return thing;
}

// What was opened last goes first: clients before the servers that they talk to.
afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing.close();
});
