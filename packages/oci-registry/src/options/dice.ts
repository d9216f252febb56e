/**
 * Numbers in [0, 1) that look random and are the same for the same seed: a failing run can be repeated.
 *
 * A linear congruential generator (Numerical Recipes' constants); its high bits are good enough to choose requests by.
 */
export function createDice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
