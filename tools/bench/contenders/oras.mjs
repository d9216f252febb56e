import { askVersion, nameOf } from './contender.mjs';

/** @param {string} program @returns {import('./contender.mjs').Contender} */
export function oras(program) {
  return {
    name: 'oras',
    version: askVersion(program, ['version']),
    push: ({ image, tags, ...place }) => [
      { program, args: ['cp', '--from-oci-layout', '--to-plain-http', `${image.folder}:latest`, nameOf(place, tags.join(','))] },
    ],
    copy: ({ from, to }) => [{ program, args: ['cp', '--from-plain-http', '--to-plain-http', nameOf(from), nameOf(to)] }],
  };
}
