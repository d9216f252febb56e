import { askVersion, nameOf } from './contender.mjs';

/**
 * Pushes with all tags in one command; with `tagsAfter`, pushes the first tag and sets the others by a second command.
 *
 * @param {string} program
 * @param {{ tagsAfter?: boolean }} [way]
 * @returns {import('./contender.mjs').Contender}
 */
export function oras(program, { tagsAfter = false } = {}) {
  const push = ({ image, tags, ...place }, { isTls }) => ({
    program,
    args: ['cp', '--from-oci-layout', isTls ? '--to-insecure' : '--to-plain-http', `${image.folder}:latest`, nameOf(place, tags.join(','))],
  });
  const tag = ({ from, tags, ...place }) => ({ program, args: ['tag', '--plain-http', nameOf(place, from), ...tags] });
  return {
    name: tagsAfter ? 'oras, then oras tag' : 'oras',
    version: askVersion(program, ['version']),
    needsSeveralTags: tagsAfter,
    push: (pushes, way) =>
      pushes.flatMap(({ image, tags, ...place }) => {
        if (!tagsAfter) return [push({ image, tags, ...place }, way)];
        const [first, ...more] = tags;
        return [push({ image, tags: [first], ...place }, way), tag({ ...place, from: first, tags: more })];
      }),
    copy: ({ from, to }) => [{ program, args: ['cp', '--from-plain-http', '--to-plain-http', nameOf(from), nameOf(to)] }],
    retag: (retag) => [tag(retag)],
  };
}
