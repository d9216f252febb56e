/**
 * @typedef {object} Places hosts and a repository that nobody used before
 * @property {readonly string[]} hosts `host:port`, each of another registry
 * @property {string} repository
 *
 * @typedef {object} Scenario the letters are those of the project's list of scenarios
 * @property {string} id
 * @property {string} title
 * @property {boolean} [isLarge] moves so much that a daemon, which stores all of it, is given one run only
 * @property {boolean} [isDirect] without the proxy between: time, but no counts and no delay
 * @property {number} [bytesPerSecond] of the link to each registry, with toxiproxy in the proxy's place
 * @property {import('./proxy.mjs').Trouble} [trouble] what the proxy does beside counting
 * @property {boolean} [mayFail] a client that gives up is counted, and does not end the benchmark
 * @property {readonly number[]} [delaysMs] the only delays that tell something here
 * @property {(places: Places, images: Images) => import('./contenders/contender.mjs').Step} [before] not measured; by the same contender
 * @property {(places: Places, images: Images) => import('./contenders/contender.mjs').Step} step what is measured; with both `push` and `copy`, the contender chooses
 *
 * @typedef {{ first: Image, changed: Image, warmUp: Image, big: Image, apps: readonly Image[] }} Images
 * @typedef {import('./make-image.mjs').Image} Image
 */

const TAGS = ['latest', 'v1', 'v1.2', 'v1.2.3'];
const ELSEWHERE = '-elsewhere';

const push =
  (image, tags = ['latest']) =>
  ({ hosts: [host], repository }, images) => ({ pushes: [{ image: images[image], host, repository, tags }] });

const pushEverywhere = ({ hosts, repository }, { first }) => ({
  pushes: hosts.map((host) => ({ image: first, host, repository, tags: ['latest'] })),
});

const pushApps = ({ hosts: [host], repository }, { apps }) => ({
  pushes: apps.map((image) => ({ image, host, repository: `${repository}-${image.name}`, tags: ['latest'] })),
});

const promote = ({ hosts: [host], repository }) => ({ retag: { host, repository, from: 'latest', tags: TAGS.slice(1) } });

/** `big` is pushed to the source registry once, before everything. */
const BIG_REPOSITORY = 'bench/big';

const copyBig = ({ hosts: [host, otherHost], repository }) => ({
  copy: { from: { host, repository: BIG_REPOSITORY }, to: { host: otherHost, repository } },
});

/** @type {(places: Pick<Places, 'hosts'>, images: Images) => import('./contenders/contender.mjs').Step} */
export const seedBig = ({ hosts: [host] }, images) => ({
  pushes: [{ image: images.big, host, repository: BIG_REPOSITORY, tags: ['latest'] }],
});

/** @type {readonly Scenario[]} */
export const scenarios = [
  { id: 'A', title: 'first push', step: push('first') },
  { id: 'As', title: 'first push, TLS', trouble: { isTls: true }, step: push('first') },
  { id: 'B', title: 'unchanged', before: push('first'), step: push('first') },
  { id: 'B4', title: 'unchanged, 4 tags', before: push('first', TAGS), step: push('first', TAGS) },
  { id: 'C', title: 'one layer changed', before: push('first'), step: push('changed') },
  { id: 'D', title: 'first push, 4 tags', step: push('first', TAGS) },
  { id: 'E', title: 'first push to 3 registries', step: pushEverywhere },
  {
    id: 'F',
    title: 'all layers in another repository',
    before: push('first'),
    // Each contender in its best way: some push, and mount what they know of; others copy from the one repository to the other.
    step: ({ hosts: [host], repository }, images) => {
      const to = { host, repository: repository + ELSEWHERE };
      return { pushes: [{ ...to, image: images.first, tags: ['latest'] }], copy: { from: { host, repository }, to } };
    },
  },
  { id: 'G', title: '20 images on one base', isLarge: true, delaysMs: [0, 20], step: pushApps },
  { id: 'H', title: '3 more tags for an image', before: push('first'), step: promote },
  { id: 'I', title: 'copy of 250 MB', isLarge: true, step: copyBig },
  { id: 'I*', title: 'copy of 250 MB, no proxy', isLarge: true, isDirect: true, step: copyBig },
  { id: 'I100', title: 'copy of 250 MB over 100 MB/s', isLarge: true, isDirect: true, bytesPerSecond: 100e6, step: copyBig },
  // A 429 that asks for 3 s, a 503, and a reset amid a body.
  { id: 'J', title: 'first push, with failures', trouble: { isFailing: true }, mayFail: true, delaysMs: [0], step: push('first') },
  { id: 'K', title: 'first push, tokens take 500 ms', trouble: { tokenDelayMs: 500 }, delaysMs: [0], step: push('first') },
];
