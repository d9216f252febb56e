/** Asks once, whoever asks how often: the answer stays what it is for as long as this process works on one run. */
export function memoize<Value>(ask: () => Value): () => Value {
  const asked: Value[] = [];
  return () => {
    const [first = ask()] = asked;
    asked[0] = first;
    return first;
  };
}
