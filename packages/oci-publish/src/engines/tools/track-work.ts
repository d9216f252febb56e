/** Records work until it has ended. */
export function track<T>(running: Set<Promise<unknown>>, work: Promise<T>): Promise<T> {
  const forget = () => running.delete(work);
  running.add(work);
  work.then(forget, forget);
  return work;
}
