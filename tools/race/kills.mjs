// `node tools/race/kills.mjs --kills 60 --seed 1`: publishes of images for two platforms are killed; see README.md.
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';

import { readOptions } from '../workspace/read-options.mjs';
import { findRegistry } from './find-registry.mjs';
import { makeRandom } from './make-random.mjs';
import { makePlatformWorkspace, PROJECTS } from './platform-workspace.mjs';
import { publish } from './publish.mjs';
import { findBrokenTags, readDigest } from './read-index.mjs';

const values = readOptions('Kills publishes of images for two platforms.', {
  kills: { type: 'string', default: '6', help: 'N  number of killed publishes' },
  seed: { type: 'string', default: String(Date.now() % 100_000), help: 'N  the same seed has the same moments' },
  minutes: { type: 'string', default: '60', help: 'N  stops after that many minutes' },
});
const [kills, seed, minutes] = [values.kills, values.seed, values.minutes].map(Number);

const { host, stop } = await findRegistry();
const namespace = `kills-${randomUUID().slice(0, 8)}`;
const workspace = makePlatformWorkspace({ host, namespace });
// Removes everything, whatever happens.
process.once('exit', () => rmSync(workspace.folder, { recursive: true, force: true }));
try {
  process.exitCode = await killMany();
} finally {
  await stop();
}

async function killMany() {
  const startedAt = Date.now();
  const random = makeRandom(seed);
  const repositories = PROJECTS.map((name) => `${namespace}/${name}`);
  // One process for each image.
  const options = { args: ['run-many', '-t', 'publish', '--parallel=3'], more: { NX_BATCH_MODE: 'false' } };
  console.log(`Killing ${kills} publishes of ${PROJECTS.length} images for two platforms at ${host}/${namespace}, seed ${seed}.`);
  workspace.change();
  const first = await publish(workspace.folder, options);
  if (!first.isCompleted) throw new Error(`The first publish failed:\n${first.output}`);
  let [usualMs, killed, finished, wrong] = [first.tookMs, 0, 0, 0];
  for (let number = 1; killed < kills && Date.now() - startedAt < minutes * 60_000; number++) {
    const tag = workspace.change();
    // Nothing is written before the images are built.
    const run = await publish(workspace.folder, { ...options, killAfterMs: Math.round(usualMs * (0.35 + random() * 0.65)) });
    if (run.isCompleted) finished++;
    else if (run.wasKilled) killed++;
    else throw new Error(`A publish failed:\n${run.output}`);
    const problems = await findBrokenTags(host, repositories);
    const again = await publish(workspace.folder, options);
    if (!again.isCompleted) problems.push(`the next run failed:\n${again.output}`);
    usualMs = usualMs * 0.7 + Math.max(again.tookMs, run.isCompleted ? run.tookMs : 0) * 0.3;
    problems.push(...(await findBrokenTags(host, repositories)), ...(await findUnfinished(repositories, tag)));
    if (problems.length > 0) wrong++;
    for (const problem of problems) console.log(`✖ publish ${number}: ${problem}`);
    if (number % 10 === 0) console.log(summary());
  }
  console.log(`${wrong === 0 && killed > 0 ? '✔' : '✖'} ${summary()}`);
  return wrong === 0 && killed > 0 ? 0 : 1;

  function summary() {
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(0);
    return `${killed} publishes killed, ${finished} ended before, ${wrong} wrong ends, ${seconds} s`;
  }
}

/** After the next run, every image has the tag of the commit, and `latest` is on it. */
async function findUnfinished(repositories, tag) {
  const problems = [];
  for (const repository of repositories) {
    const [own, latest] = [await readDigest(host, repository, tag), await readDigest(host, repository, 'latest')];
    if (own === undefined || own !== latest) problems.push(`${repository}: ${tag} is ${own}, latest is ${latest}`);
  }
  return problems;
}
