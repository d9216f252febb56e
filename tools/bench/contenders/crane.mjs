import { askVersion, nameOf } from './contender.mjs';

/** @param {string} program @returns {import('./contender.mjs').Contender} */
export function crane(program) {
  // crane cannot push several tags at once; its documentation recommends this.
  const tag = ({ tags, from, ...place }) => tags.map((more) => ({ program, args: ['tag', nameOf(place, from), more] }));
  return {
    name: 'crane',
    version: askVersion(program, ['version']),
    push: (pushes, { isTls }) =>
      pushes.flatMap(({ image, tags: [first, ...more], ...place }) => [
        { program, args: ['push', ...(isTls ? ['--insecure'] : []), image.folder, nameOf(place, first)] },
        ...tag({ ...place, from: first, tags: more }),
      ]),
    copy: ({ from, to }) => [{ program, args: ['copy', nameOf(from), nameOf(to)] }],
    retag: tag,
  };
}
