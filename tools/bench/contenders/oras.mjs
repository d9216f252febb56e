import { askVersion, nameOf } from './contender.mjs';

/** @param {string} program @returns {import('./contender.mjs').Contender} */
export function oras(program) {
  return {
    name: 'oras',
    version: askVersion(program, ['version']),
    push: (pushes, { isTls }) =>
      pushes.map(({ image, tags, ...place }) => ({
        program,
        args: [
          'cp',
          '--from-oci-layout',
          isTls ? '--to-insecure' : '--to-plain-http',
          `${image.folder}:latest`,
          nameOf(place, tags.join(',')),
        ],
      })),
    copy: ({ from, to }) => [{ program, args: ['cp', '--from-plain-http', '--to-plain-http', nameOf(from), nameOf(to)] }],
    retag: ({ from, tags, ...place }) => [{ program, args: ['tag', '--plain-http', nameOf(place, from), ...tags] }],
  };
}
