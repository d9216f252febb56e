import { publish } from './publish.mjs';
import { readTag } from './read-tags.mjs';
import { checkOut } from './workspaces.mjs';

export const FLOATING = ['latest', 'main'];

/**
 * Publishes two neighbouring commits at almost the same time, sometimes kills a publish, and checks the floating tags.
 *
 * @param {{ clones: readonly [string, string], older: string, newer: string, place: string, random: () => number, usualMs: number }} pair
 *   `usualMs`: how long a publish takes here, so that kills hit any moment of it
 * @returns {Promise<{ kills: number, problems: string[], tookMs: readonly number[] }>}
 */
export async function racePair({ clones, older, newer, place, random, usualMs }) {
  const [first, second] = random() < 0.5 ? clones : [...clones].reverse();
  checkOut(first, older);
  checkOut(second, newer);
  const distanceMs = Math.round((random() - 0.5) * 1500);
  const killing = () => (random() < 0.25 ? { killAfterMs: Math.round(random() * usualMs * 1.1) } : {});
  const results = await Promise.all([
    publish(first, { delayMs: Math.max(0, distanceMs), ...killing() }),
    publish(second, { delayMs: Math.max(0, -distanceMs), ...killing() }),
  ]);
  const [old, young] = results;
  const problems = results.flatMap((run) => (run.isCompleted || run.wasKilled ? [] : [`a publish failed:\n${run.output}`]));
  problems.push(...(await judge(place, { older: old.isCompleted && older, newer: young.isCompleted && newer }, [older, newer])));
  // Repaired by a rerun, or by the next publish.
  if (!young.isCompleted && random() < 0.7) {
    const again = await publish(second);
    if (!again.isCompleted) problems.push(`a rerun failed:\n${again.output}`);
    problems.push(...(await judge(place, { newer }, [older, newer])));
  }
  return {
    kills: results.filter(({ wasKilled }) => wasKilled).length,
    problems,
    tookMs: results.filter(({ isCompleted }) => isCompleted).map(({ tookMs }) => tookMs),
  };
}

/** Every floating tag is on the newest completed commit; or on an even newer one that is complete although its run was killed. */
async function judge(place, completed, pair) {
  const newest = completed.newer || completed.older;
  if (!newest) return [];
  const right = await Promise.all(pair.slice(pair.indexOf(newest)).map((commit) => readTag(place, commit.slice(0, 7))));
  const problems = [];
  for (const tag of FLOATING) {
    const there = await readTag(place, tag);
    const isRight = there !== undefined && right.includes(there);
    if (!isRight) problems.push(`${tag} is ${there}, and ${newest.slice(0, 7)} is ${right[0]}`);
  }
  return problems;
}
