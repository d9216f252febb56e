import { askVersion, nameOf } from './contender.mjs';

/** @param {string} program @returns {import('./contender.mjs').Contender} */
export function skopeo(program) {
  const copy = (...args) => ({ program, args: ['copy', '--insecure-policy', '--quiet', '--dest-tls-verify=false', ...args] });
  const copyRemote = (from, to) => copy('--src-tls-verify=false', `docker://${from}`, `docker://${to}`);
  return {
    name: 'skopeo',
    version: askVersion(program, ['--version']),
    push: (pushes) =>
      pushes.flatMap(({ image, tags, ...place }) =>
        tags.map((tag) => copy(`oci:${image.folder}:latest`, `docker://${nameOf(place, tag)}`)),
      ),
    copy: ({ from, to }) => [copyRemote(nameOf(from), nameOf(to))],
    retag: ({ from, tags, ...place }) => tags.map((tag) => copyRemote(nameOf(place, from), nameOf(place, tag))),
  };
}
