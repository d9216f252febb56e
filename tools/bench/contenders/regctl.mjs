import { askVersion, nameOf } from './contender.mjs';

/** @param {string} program @returns {import('./contender.mjs').Contender} */
export function regctl(program) {
  const copy = (hosts, [from, to], { isTls } = {}) => {
    const named = [...new Set(hosts)].flatMap((host) => ['--host', `reg=${host},tls=${isTls ? 'insecure' : 'disabled'}`]);
    return { program, args: ['image', 'copy', ...named, from, to] };
  };
  const tag = ({ from, tags, ...place }, way) => tags.map((more) => copy([place.host], [nameOf(place, from), nameOf(place, more)], way));
  return {
    name: 'regctl',
    version: askVersion(program, ['version']),
    push: (pushes, way) =>
      pushes.flatMap(({ image, tags: [first, ...more], ...place }) => [
        copy([place.host], [`ocidir://${image.folder}:latest`, nameOf(place, first)], way),
        ...tag({ ...place, from: first, tags: more }, way),
      ]),
    copy: ({ from, to }) => [copy([from.host, to.host], [nameOf(from), nameOf(to)])],
    retag: (retag) => tag(retag),
  };
}
