import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { askVersion, nameOf } from './contender.mjs';

/**
 * Docker Engine, with every image loaded before: its push and pull are measured, what its daemon needs for them is not.
 *
 * @param {{ program: string, dockerHost: string, skopeo: string, folder: string }} places
 * @returns {import('./contender.mjs').Contender}
 */
export function docker({ program, dockerHost, skopeo, folder }) {
  const env = { DOCKER_HOST: dockerHost, DOCKER_CONFIG: join(folder, 'docker-config') };
  const run = (...args) => execFileSync(program, args, { encoding: 'utf8', env: { ...process.env, ...env } });
  const command = (...args) => ({ program, args, env });
  const localRepository = `nx-oci-bench-${randomUUID()}`;
  const localName = (image) => `${localRepository}:${image.name}`;
  const names = new Set();
  const note = (...made) => made.forEach((name) => names.add(name));

  return {
    name: 'docker',
    version: `${askVersion(program, ['--version'])}, engine ${run('version', '--format', '{{.Server.Version}}').trim()}`,
    isDaemon: true,
    prefersPush: true,
    prepare: (images) => {
      for (const image of images.filter(({ name }) => name !== 'big')) {
        const archive = join(folder, `${image.name}.tar`);
        execFileSync(skopeo, [
          'copy',
          '--insecure-policy',
          '--quiet',
          `oci:${image.folder}:latest`,
          `docker-archive:${archive}:${localName(image)}`,
        ]);
        run('load', '--quiet', '--input', archive);
        note(localName(image));
      }
    },
    ready: ({ push, copy }) => {
      for (const tag of push?.tags ?? []) {
        run('tag', localName(push.image), nameOf(push, tag));
        note(nameOf(push, tag));
      }
      if (push === undefined && copy !== undefined) forgetAll();
    },
    push: ({ tags, ...place }) => [
      tags.length === 1
        ? command('push', '--quiet', nameOf(place, tags[0]))
        : command('push', '--quiet', '--all-tags', `${place.host}/${place.repository}`),
    ],
    copy: ({ from, to }) => {
      note(nameOf(from), nameOf(to));
      return [command('pull', '--quiet', nameOf(from)), command('tag', nameOf(from), nameOf(to)), command('push', '--quiet', nameOf(to))];
    },
    tidy: () => {
      forgetAll();
      removeNames([...names]);
    },
  };

  /** What was pulled must be pulled again. */
  function forgetAll() {
    removeNames([...names].filter((name) => !name.startsWith(`${localRepository}:`)));
  }

  function removeNames(unwanted) {
    const there = unwanted.filter((name) => run('images', '--quiet', name) !== '');
    if (there.length > 0) run('rmi', '--force', ...there);
    for (const name of unwanted) names.delete(name);
  }
}
