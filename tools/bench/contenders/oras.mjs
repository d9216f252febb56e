import { askVersion, nameOf } from './contender.mjs';

/**
 * Takes all tags in one command; asked for `perTag`, one command a tag, as the other peers need it.
 *
 * @param {string} program
 * @param {{ perTag?: boolean }} [way]
 * @returns {import('./contender.mjs').Contender}
 */
export function oras(program, { perTag = false } = {}) {
  const push = ({ image, tags, ...place }, { isTls }) => ({
    program,
    args: ['cp', '--from-oci-layout', isTls ? '--to-insecure' : '--to-plain-http', `${image.folder}:latest`, nameOf(place, tags.join(','))],
  });
  const tag = ({ from, tags, ...place }) => ({ program, args: ['tag', '--plain-http', nameOf(place, from), ...tags] });
  const tagOneByOne = (retag) => retag.tags.map((one) => tag({ ...retag, tags: [one] }));
  return {
    name: perTag ? 'oras, a command a tag' : 'oras',
    version: askVersion(program, ['version']),
    needsSeveralTags: perTag,
    push: (pushes, way) =>
      pushes.flatMap(({ image, tags, ...place }) => {
        if (!perTag) return [push({ image, tags, ...place }, way)];
        const [first, ...more] = tags;
        return [push({ image, tags: [first], ...place }, way), ...tagOneByOne({ ...place, from: first, tags: more })];
      }),
    copy: ({ from, to }) => [{ program, args: ['cp', '--from-plain-http', '--to-plain-http', nameOf(from), nameOf(to)] }],
    retag: (retag) => (perTag ? tagOneByOne(retag) : [tag(retag)]),
  };
}
