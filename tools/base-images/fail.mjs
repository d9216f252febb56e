/**
 * Prints what is wrong and what to do, and ends the program.
 *
 * @param {string} message
 * @returns {never}
 */
export function fail(message) {
  console.error(message);
  process.exit(1);
}
