import { makeLayer } from '../bench/make-image.mjs';
import { pushBase } from './push-base.mjs';
import { ReadBack } from './read-back.mjs';
import { createDice, rollBytes } from './seeded-random.mjs';
import { makeWorkspace, PROJECTS } from './workspace.mjs';

const BASE_EVERY = 5;
const RELEASE_EVERY = 7;
const LAYER_BYTES = { least: 60_000, most: 400_000 };

/**
 * @typedef {object} Summary
 * @property {string} title
 * @property {number} publishes
 * @property {number} succeeded
 * @property {readonly string[]} failures messages of the failed runs
 * @property {ReadonlyMap<string, number>} hits
 * @property {readonly { happened: string, waitMs: number }[]} retries
 * @property {number | undefined} requests
 * @property {number} tagsRead
 * @property {number} seconds
 */

/**
 * Publishes repeatedly, two new images to all registries each time, and reads every registry back after each run. Throws as soon
 * as a registry has wrong content; a run that reports a failure is only counted.
 *
 * @param {import('./faulty-registries.mjs').FaultyRegistries} troubled
 * @param {{ publishes: number, seed: number, folder: string, onPublish: (line: string) => void }} options
 * @returns {Promise<Summary>}
 */
export async function runPublishes(troubled, { publishes, seed, folder, onPublish }) {
  const startedAt = Date.now();
  const { registries } = troubled;
  const workspace = makeWorkspace(`${folder}/workspace`, registries);
  const readBack = new ReadBack();
  const contentOf = createContents(createDice(seed));
  const [first] = registries;
  const [failures, retries] = [[], []];
  let base = '';

  for (let number = 0; number < publishes; number++) {
    if (number % BASE_EVERY === 0) {
      const tag = `${number}`;
      await pushBase(first.cleanHost, { repository: 'base/runtime', tag }, [makeLayer(1, folder), makeLayer(1, folder)]);
      base = `${first.host}/base/runtime:${tag}`;
    }
    const release = number % RELEASE_EVERY === RELEASE_EVERY - 1 ? `1.${number}.0` : undefined;
    const options = { registries: registries.map(({ name }) => name), tags: ['sha', 'version', 'major', 'latest', { literal: 'edge' }] };
    const before = Date.now();
    const published = await workspace.publish({
      base,
      contents: contentOf(number),
      publish: { ...options, ...(release !== undefined && { release }) },
    });
    retries.push(...published.retries);
    if (published.failures.length > 0) failures.push(`publish ${number + 1}: ${published.failures.join('\n')}`);
    const wanted =
      published.failures.length > 0 ? [] : [published.commit.slice(0, 7), 'latest', 'edge', ...(release ? [`v${release}`, 'v1'] : [])];
    await checkRegistries(readBack, registries, { wanted, commit: published.commit });
    onPublish(describePublish(number, published, (Date.now() - before) / 1000));
  }
  readBack.forget();
  const tagsRead = await checkRegistries(readBack, registries, { wanted: [], commit: '' });
  const [hits, requests] = [troubled.hits(), troubled.requests()];
  const succeeded = publishes - failures.length;
  const seconds = (Date.now() - startedAt) / 1000;
  return { title: troubled.title, publishes, succeeded, failures, hits, retries, requests, tagsRead, seconds };
}

/** Two layers per image; the first one changes rarely, so that registries often have it already. */
function createContents(roll) {
  const slow = new Map();
  const next = () => rollBytes(roll, LAYER_BYTES.least + Math.floor(roll() * (LAYER_BYTES.most - LAYER_BYTES.least)));
  return (number) =>
    Object.fromEntries(
      PROJECTS.map((project, index) => {
        if (number % 3 === index || !slow.has(project)) slow.set(project, next());
        return [project, [slow.get(project), next()]];
      }),
    );
}

/**
 * @param {ReadBack} readBack
 * @param {readonly import('./faulty-registries.mjs').FaultyRegistry[]} registries
 * @param {{ wanted: readonly string[], commit: string }} expected tags that must be there, made from `commit`
 * @returns {Promise<number>} how many tags were read
 */
async function checkRegistries(readBack, registries, { wanted, commit }) {
  let count = 0;
  for (const project of PROJECTS) {
    const digests = new Set();
    for (const { name, cleanHost } of registries) {
      const tags = await readBack.readRepository(cleanHost, project);
      count += tags.size;
      for (const tag of wanted) {
        const found = tags.get(tag);
        if (found === undefined) throw new Error(`${name}/${project} lacks the tag ${tag} that a publish reported as set.`);
        if (found.revision !== commit) throw new Error(`${name}/${project}:${tag} was made from ${found.revision}, not from ${commit}.`);
        digests.add(found.digest);
      }
    }
    if (digests.size > 1) throw new Error(`The registries have different images of ${project} from ${commit}: ${[...digests].join(', ')}`);
  }
  return count;
}

function describePublish(number, { failures, retries }, seconds) {
  const outcome = failures.length === 0 ? 'ended right' : `FAILED: ${failures[0]}`;
  return `publish ${number + 1}: ${outcome}, ${seconds.toFixed(1)} s, ${retries.length} retries`;
}
