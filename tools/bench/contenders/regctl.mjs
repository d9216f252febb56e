import { askVersion, nameOf } from './contender.mjs';

/** @param {string} program @returns {import('./contender.mjs').Contender} */
export function regctl(program) {
  const copy = (hosts, from, to) => {
    const plain = [...new Set(hosts)].flatMap((host) => ['--host', `reg=${host},tls=disabled`]);
    return { program, args: ['image', 'copy', ...plain, from, to] };
  };
  return {
    name: 'regctl',
    version: askVersion(program, ['version']),
    push: ({ image, tags: [first, ...more], ...place }) => [
      copy([place.host], `ocidir://${image.folder}:latest`, nameOf(place, first)),
      ...more.map((tag) => copy([place.host], nameOf(place, first), nameOf(place, tag))),
    ],
    copy: ({ from, to }) => [copy([from.host, to.host], nameOf(from), nameOf(to))],
  };
}
