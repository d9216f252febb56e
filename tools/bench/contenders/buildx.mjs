import { basename, dirname } from 'node:path';
import { nameOf } from './contender.mjs';

/**
 * buildx makes and pushes images in one, so that no layout can be given to it; what it takes from registry to registry can be
 * compared. The program does not know its version where Go built it: the folder tells.
 *
 * @param {string} program
 * @returns {import('./contender.mjs').Contender}
 */
export function buildx(program) {
  const create = (from, to) => ({
    program,
    // A copy as it is, without an index around it.
    args: ['imagetools', 'create', '--prefer-index=false', ...to.flatMap((name) => ['--tag', name]), from],
  });
  return {
    name: 'buildx',
    version: basename(dirname(program)).replace('buildx-v', ''),
    copy: ({ from, to }) => [create(nameOf(from), [nameOf(to)])],
    retag: ({ from, tags, ...place }) => [
      create(
        nameOf(place, from),
        tags.map((tag) => nameOf(place, tag)),
      ),
    ],
  };
}
