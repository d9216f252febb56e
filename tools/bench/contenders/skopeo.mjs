import { askVersion, nameOf } from './contender.mjs';

/** @param {string} program @returns {import('./contender.mjs').Contender} */
export function skopeo(program) {
  const copy = (...args) => ({ program, args: ['copy', '--insecure-policy', '--quiet', '--dest-tls-verify=false', ...args] });
  return {
    name: 'skopeo',
    version: askVersion(program, ['--version']),
    push: ({ image, tags, ...place }) => tags.map((tag) => copy(`oci:${image.folder}:latest`, `docker://${nameOf(place, tag)}`)),
    copy: ({ from, to }) => [copy('--src-tls-verify=false', `docker://${nameOf(from)}`, `docker://${nameOf(to)}`)],
  };
}
