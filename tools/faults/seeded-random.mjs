/**
 * Random numbers from a seed.
 *
 * @param {number} seed
 * @returns {() => number} in [0, 1)
 * @see https://en.wikipedia.org/wiki/Xorshift (xorshift32)
 */
export function createDice(seed) {
  let state = (Math.imul(seed, 2654435761) ^ 0x9e3779b9) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

/**
 * Incompressible bytes.
 *
 * @param {() => number} roll
 * @param {number} size
 */
export function rollBytes(roll, size) {
  const bytes = Buffer.alloc(Math.ceil(size / 4) * 4);
  for (let place = 0; place < bytes.length; place += 4) bytes.writeUInt32LE(Math.floor(roll() * 2 ** 32), place);
  return bytes.subarray(0, size);
}
