/** Keeps a promise in a set until it settles. */
export function track<T>(running: Set<Promise<unknown>>, work: Promise<T>): Promise<T> {
  const forget = () => running.delete(work);
  running.add(work);
  work.then(forget, forget);
  return work;
}
