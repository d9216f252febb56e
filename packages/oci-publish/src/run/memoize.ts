/** Calls a function once and keeps its result, which does not change during a run. */
export function memoize<Value>(ask: () => Value): () => Value {
  const asked: Value[] = [];
  return () => {
    const [first = ask()] = asked;
    asked[0] = first;
    return first;
  };
}
