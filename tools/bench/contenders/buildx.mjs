import { basename, dirname } from 'node:path';
import { nameOf } from './contender.mjs';

/**
 * buildx builds and pushes images in one step and cannot push a layout, so only its copies between registries are compared. A
 * program built by `go install` does not know its version: the name of its folder contains it.
 *
 * @param {string} program
 * @returns {import('./contender.mjs').Contender}
 */
export function buildx(program) {
  const create = (from, to) => ({
    program,
    // An exact copy, without an index around it.
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
