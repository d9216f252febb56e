import { askVersion, nameOf } from './contender.mjs';

/** @param {string} program @returns {import('./contender.mjs').Contender} */
export function crane(program) {
  return {
    name: 'crane',
    version: askVersion(program, ['version']),
    push: ({ image, tags: [first, ...more], ...place }) => [
      { program, args: ['push', image.folder, nameOf(place, first)] },
      // There is no push of several tags; this is the way its documentation names.
      ...more.map((tag) => ({ program, args: ['tag', nameOf(place, first), tag] })),
    ],
    copy: ({ from, to }) => [{ program, args: ['copy', nameOf(from), nameOf(to)] }],
  };
}
