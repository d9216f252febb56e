import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { askVersion, nameOf } from './contender.mjs';

/**
 * Docker Engine, with every image loaded before: its push and pull are measured, the resources of its daemon are not.
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
  const pushed = new Set();
  const copied = new Set();

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
        pushed.add(localName(image));
      }
    },
    ready: ({ pushes, copy }) => {
      for (const { image, tags, ...place } of pushes ?? []) {
        for (const tag of tags) {
          run('tag', localName(image), nameOf(place, tag));
          pushed.add(nameOf(place, tag));
        }
      }
      if (pushes === undefined && copy !== undefined) removeImages(copied);
    },
    push: (pushes) =>
      pushes.map(({ tags, ...place }) =>
        tags.length === 1
          ? command('push', '--quiet', nameOf(place, tags[0]))
          : command('push', '--quiet', '--all-tags', `${place.host}/${place.repository}`),
      ),
    retag: ({ from, tags, ...place }) => {
      for (const tag of tags) pushed.add(nameOf(place, tag));
      return [
        command('pull', '--quiet', nameOf(place, from)),
        ...tags.map((tag) => command('tag', nameOf(place, from), nameOf(place, tag))),
        command('push', '--quiet', '--all-tags', `${place.host}/${place.repository}`),
      ];
    },
    copy: ({ from, to }) => {
      copied.add(nameOf(from)).add(nameOf(to));
      return [command('pull', '--quiet', nameOf(from)), command('tag', nameOf(from), nameOf(to)), command('push', '--quiet', nameOf(to))];
    },
    tidy: () => {
      removeImages(copied);
      removeImages(pushed);
    },
  };

  /** By id: removing a pulled name leaves its digest, which keeps the layers for the next pull to find. */
  function removeImages(names) {
    const ids = new Set([...names].flatMap((name) => run('images', '--quiet', '--no-trunc', name).split('\n').filter(Boolean)));
    if (ids.size > 0) run('rmi', '--force', ...ids);
    names.clear();
  }
}
