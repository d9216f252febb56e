/**
 * @typedef {object} Spread
 * @property {number} median
 * @property {number} min
 * @property {number} max
 *
 * @typedef {object} Run one sample and where it belongs
 * @property {string} scenario id
 * @property {number} delayMs
 * @property {string} contender name
 * @property {import('./run-step.mjs').Sample} sample
 */

/** @param {readonly number[]} numbers at least one @returns {Spread} */
export function spreadOf(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, min: sorted[0], max: sorted.at(-1) };
}

/**
 * The spread of one property of the samples.
 *
 * @param {readonly Run[]} runs
 * @param {keyof import('./run-step.mjs').Sample} name
 * @returns {Spread | undefined} undefined if it was not measured
 */
export function spreadOfRuns(runs, name) {
  const numbers = runs.map(({ sample }) => sample[name]).filter((value) => value !== undefined);
  return numbers.length === 0 ? undefined : spreadOf(numbers);
}
