/**
 * @typedef {object} Places hosts and a repository that nobody used before
 * @property {string} host
 * @property {string} otherHost of another registry
 * @property {string} repository
 *
 * @typedef {object} Scenario the letters are those of the project's list of scenarios
 * @property {string} id
 * @property {string} title
 * @property {boolean} [isLarge] moves so much that a daemon, which stores all of it, is given one run only
 * @property {boolean} [isDirect] without the proxy between: time, but no counts and no delay
 * @property {(places: Places, images: Images) => import('./contenders/contender.mjs').Step} [before] not measured; by the same contender
 * @property {(places: Places, images: Images) => import('./contenders/contender.mjs').Step} step what is measured; with both `push` and `copy`, the contender chooses
 *
 * @typedef {Record<'first' | 'changed' | 'big', import('./make-image.mjs').Image>} Images
 */

const TAGS = ['latest', 'v1', 'v1.2', 'v1.2.3'];
const ELSEWHERE = '-elsewhere';

const push =
  (image, tags = ['latest']) =>
  ({ host, repository }, images) => ({ push: { image: images[image], host, repository, tags } });

/** `big` is pushed to the source registry once, before everything. */
const BIG_REPOSITORY = 'bench/big';

const copyBig = ({ host, otherHost, repository }) => ({
  copy: { from: { host, repository: BIG_REPOSITORY }, to: { host: otherHost, repository } },
});

/** @type {(places: Places, images: Images) => import('./contenders/contender.mjs').Step} */
export const seedBig = ({ host }, images) => ({ push: { image: images.big, host, repository: BIG_REPOSITORY, tags: ['latest'] } });

/** @type {readonly Scenario[]} */
export const scenarios = [
  { id: 'A', title: 'first push', step: push('first') },
  { id: 'B', title: 'unchanged', before: push('first'), step: push('first') },
  { id: 'B4', title: 'unchanged, 4 tags', before: push('first', TAGS), step: push('first', TAGS) },
  { id: 'C', title: 'one layer changed', before: push('first'), step: push('changed') },
  { id: 'D', title: 'first push, 4 tags', step: push('first', TAGS) },
  {
    id: 'F',
    title: 'all layers in another repository',
    before: push('first'),
    // Each contender in its best way: some push, and mount what they know of; others copy from the one repository to the other.
    step: ({ host, repository }, images) => {
      const to = { host, repository: repository + ELSEWHERE };
      return { push: { ...to, image: images.first, tags: ['latest'] }, copy: { from: { host, repository }, to } };
    },
  },
  { id: 'I', title: 'copy of 250 MB', isLarge: true, step: copyBig },
  { id: 'I*', title: 'copy of 250 MB, no proxy', isLarge: true, isDirect: true, step: copyBig },
];
