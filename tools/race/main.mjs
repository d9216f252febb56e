// `node tools/race/main.mjs --pairs 200 --seed 1`: real processes race for the floating tags of one image; see README.md.
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';

import { findRegistry } from './find-registry.mjs';
import { racePair } from './race-pair.mjs';
import { publish } from './publish.mjs';
import { makeRandom } from './make-random.mjs';
import { checkOut, makeWorkspaces } from './workspaces.mjs';
import { readOptions } from '../workspace/read-options.mjs';

const values = readOptions('Lets real processes race for floating tags.', {
  pairs: { type: 'string', default: '10', help: 'N  number of pairs of publishes' },
  seed: { type: 'string', default: String(Date.now() % 100_000), help: 'N  the same seed has the same delays' },
  settle: { type: 'string', default: '2000', help: 'MS  the settle time of the registry' },
  minutes: { type: 'string', default: '120', help: 'N  stops after that many minutes' },
});
const [pairs, seed, settleMs, minutes] = [values.pairs, values.seed, values.settle, values.minutes].map(Number);

const { host, stop } = await findRegistry();
const repository = `race/${randomUUID().slice(0, 8)}`;
const workspaces = makeWorkspaces({ host, repository, commits: 2 * pairs + 1, settleMs });
// Removes everything, whatever happens.
process.once('exit', () => rmSync(workspaces.folder, { recursive: true, force: true }));
try {
  process.exitCode = await race();
} finally {
  await stop();
}

async function race() {
  const startedAt = Date.now();
  const place = `${host}/${repository}`;
  const random = makeRandom(seed);
  console.log(`Racing ${pairs} pairs of nx run app:publish against ${place}, seed ${seed}, settle time ${settleMs} ms.`);
  const [base, ...commits] = workspaces.commits;
  let usualMs = 0;
  for (const clone of workspaces.clones) {
    checkOut(clone, base);
    const { isCompleted, tookMs, output } = await publish(clone);
    if (!isCompleted) throw new Error(`The first publish failed:\n${output}`);
    usualMs = tookMs;
  }
  let [done, kills, wrong] = [0, 0, 0];
  for (; done < pairs && Date.now() - startedAt < minutes * 60_000; done++) {
    const [older, newer] = commits.slice(2 * done, 2 * done + 2);
    const result = await racePair({ clones: workspaces.clones, older, newer, place, random, usualMs });
    kills += result.kills;
    wrong += result.problems.length > 0 ? 1 : 0;
    usualMs = Math.max(usualMs * 0.8, ...result.tookMs);
    for (const problem of result.problems) console.log(`✖ pair ${done + 1}: ${problem}`);
    if ((done + 1) % 10 === 0) console.log(summary(done + 1));
  }
  console.log(`${wrong === 0 ? '✔' : '✖'} ${summary(done)}`);
  return wrong === 0 && done > 0 ? 0 : 1;

  function summary(count) {
    return `${count} pairs, ${kills} processes killed, ${wrong} wrong ends, ${((Date.now() - startedAt) / 1000).toFixed(0)} s`;
  }
}
