/**
 * @typedef {object} Places hosts and a repository that were never used before
 * @property {readonly string[]} hosts `host:port`, each a different registry
 * @property {string} repository
 *
 * @typedef {object} Scenario the letters are those of the project's list of scenarios
 * @property {string} id
 * @property {string} title
 * @property {boolean} [isLarge] transfers so much that a daemon, which stores all of it, gets one run only
 * @property {boolean} [isDirect] without the proxy: time only, no counts and no delay
 * @property {number} [bytesPerSecond] of the link to each registry, with toxiproxy in place of the proxy
 * @property {import('./proxy.mjs').Trouble} [trouble] what the proxy does besides counting
 * @property {boolean} [isForScripts] left out for a daemon, which others need not prepare with images or processes
 * @property {boolean} [mayFail] a client that fails is counted, and does not end the benchmark
 * @property {readonly number[]} [delaysMs] the only delays that matter here
 * @property {(places: Places, images: Images) => import('./contenders/contender.mjs').Step} [before] not measured; by the same contender
 * @property {(places: Places, images: Images) => import('./contenders/contender.mjs').Step} step what is measured; with both `push` and `copy`, the contender chooses
 *
 * @typedef {{ first: Image, changed: Image, warmUp: Image, big: Image, apps: readonly Image[], twins: readonly Image[] }} Images
 * @typedef {import('./make-image.mjs').Image} Image
 */

const TAGS = ['latest', 'v1', 'v1.2', 'v1.2.3'];
const ELSEWHERE = '-elsewhere';

const push =
  (image, tags = ['latest']) =>
  ({ hosts: [host], repository }, images) => ({ pushes: [{ image: images[image], host, repository, tags }] });

/** To another repository, with no layer of another image. */
const pushWarmUp = ({ hosts: [host], repository }, { warmUp }) => ({
  pushes: [{ image: warmUp, host, repository: repository + ELSEWHERE, tags: ['latest'] }],
});

const pushEverywhere = ({ hosts, repository }, { first }) => ({
  pushes: hosts.slice(0, 3).map((host) => ({ image: first, host, repository, tags: ['latest'] })),
});

const pushApps = ({ hosts: [host], repository }, { apps }) => ({
  pushes: apps.map((image) => ({ image, host, repository: `${repository}-${image.name}`, tags: ['latest'] })),
});

/**
 * A process for each, all at the same time: like two batches of one run of Nx, or a script that starts commands and waits for
 * them.
 */
const pushTwins = ({ hosts: [host], repository }, { twins }) => ({
  pushes: twins.map((image) => ({ image, host, repository: `${repository}-${image.name}`, tags: ['latest'] })),
  isAtOnce: true,
});

const promote = ({ hosts: [host], repository }) => ({ retag: { host, repository, from: 'latest', tags: TAGS.slice(1) } });

/** `big` is pushed to the source registry once, before everything. */
const BIG_REPOSITORY = 'bench/big';

const copyBig = ({ hosts: [host, otherHost], repository }) => ({
  copy: { from: { host, repository: BIG_REPOSITORY }, to: { host: otherHost, repository } },
});

/** Commands that copy to one registry each run at the same time. */
const copyEverywhere = ({ hosts: [host, ...others], repository }) => ({
  copies: others.map((other) => ({ from: { host, repository: BIG_REPOSITORY }, to: { host: other, repository } })),
  isAtOnce: true,
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
    // Each contender does what is best for it: some push, and mount known layers; others copy between the repositories.
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
  { id: 'L', title: 'two batches of one run, 100 MB in common', isLarge: true, isForScripts: true, step: pushTwins },
  {
    id: 'L100',
    title: 'two batches of one run, 100 MB in common, over 100 MB/s',
    isLarge: true,
    isForScripts: true,
    trouble: { linkBytesPerSecond: 100e6 },
    delaysMs: [0],
    step: pushTwins,
  },
  { id: 'M', title: 'copy to 3 registries at once', isLarge: true, isForScripts: true, step: copyEverywhere },
  {
    id: 'M100',
    title: 'copy to 3 registries at once, over 100 MB/s',
    isLarge: true,
    isForScripts: true,
    trouble: { linkBytesPerSecond: 100e6 },
    delaysMs: [0],
    step: copyEverywhere,
  },
  { id: 'N', title: 'another image to a known host', before: pushWarmUp, step: push('first') },
  // A 429 that asks for 3 s, a 503, and a reset in the middle of a body.
  { id: 'J', title: 'first push, with failures', trouble: { isFailing: true }, mayFail: true, delaysMs: [0], step: push('first') },
  { id: 'K', title: 'first push, tokens take 500 ms', trouble: { tokenDelayMs: 500 }, delaysMs: [0], step: push('first') },
];
