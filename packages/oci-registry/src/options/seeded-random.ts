/**
 * Numbers in [0, 1) that look random but depend on the seed alone, so that a failing run can be repeated.
 *
 * A linear congruential generator (Numerical Recipes' constants); its high bits are good enough for choosing requests.
 */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
