import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../run-executor.cjs', import.meta.url));
const PACKAGE = new URL('../../../packages/nx-oci/package.json', import.meta.url);

/**
 * Our executors, in a workspace with a project for each image. Unless it `remembers`, the workspace has no cache of any registry.
 *
 * @param {{ folder: string, remembers?: boolean, isGuarded?: boolean, isWarm?: boolean }} where `folder` is created; `isGuarded`:
 *   floating tags may only move forward, which is the default of registries.yaml; `isWarm`: its process has published another
 *   image elsewhere before
 * @returns {import('./contender.mjs').Contender}
 */
export function nxOci({ folder, remembers = false, isGuarded = false, isWarm = false }) {
  const command = (executor, tasks, { before = [], siblings = [], runId = randomUUID() } = {}) => ({
    program: process.execPath,
    args: [PROGRAM, executor, folder, ...[tasks, before, siblings].map((list) => JSON.stringify(list))],
    env: { NX_OCI_RUN_ID: runId },
  });
  const copy = (from, to, { tags, warmUp = [] }) =>
    // Without referrers: no other contender copies them by default.
    command('copy', [{ project: 'app', options: { from, to, tags, referrers: false } }], { before: tasksOf(warmUp) });
  return {
    name: ['nx-oci', isWarm && 'warm', remembers && 'host known', isGuarded && 'guarded'].filter(Boolean).join(', '),
    version: JSON.parse(readFileSync(PACKAGE, 'utf8')).version,
    isOurs: true,
    remembers,
    isGuarded,
    isWarm,
    prefersPush: remembers,
    prepare: () => {
      mkdirSync(join(folder, 'dist/images'), { recursive: true });
      writeFileSync(join(folder, '.gitignore'), '*\n');
      const git = (...args) => execFileSync('git', ['-C', folder, '-c', 'user.name=bench', '-c', 'user.email=bench@localhost', ...args]);
      git('init', '--quiet', '--initial-branch=main');
      git('add', '--force', '.gitignore');
      git('commit', '--quiet', '--message=first');
    },
    ready: ({ pushes, copy: copied, copies, retag }, { isFirst, isTls = false, warmUp }) => {
      if (isFirst || !remembers) rmSync(join(folder, '.nx'), { recursive: true, force: true });
      const places = [
        ...(pushes ?? []),
        ...(warmUp ?? []),
        ...[...(copied === undefined ? [] : [copied]), ...(copies ?? [])].flatMap(({ from, to }) => [from, to]),
        ...(retag === undefined ? [] : [retag]),
      ];
      const hosts = new Set(places.map(({ host }) => host));
      const entries = [...hosts].map(
        (host) =>
          `  ${entryOf(host)}: { host: '${host}', guard: ${isGuarded}${isTls ? ', plainHttp: false, tls: { verify: false }' : ''} }\n`,
      );
      writeFileSync(join(folder, 'registries.yaml'), `registries:\n${entries.join('')}`);
      for (const { image } of [...(pushes ?? []), ...(warmUp ?? [])]) {
        rmSync(join(folder, 'dist/images', image.project), { force: true });
        symlinkSync(image.folder, join(folder, 'dist/images', image.project));
      }
    },
    push: (pushes, { warmUp = [] }) => [command('publish', tasksOf(pushes), { before: tasksOf(warmUp) })],
    pushAtOnce: (pushes) => {
      const [runId, siblings] = [randomUUID(), tasksOf(pushes)];
      return siblings.map((task) => command('publish', [task], { siblings, runId }));
    },
    copy: ({ from, to }, { warmUp }) => [copy(`${nameIn(from)}:latest`, nameIn(to), { tags: ['latest'], warmUp })],
    copyToAll: (copies, { warmUp }) => [
      copy(
        `${nameIn(copies[0].from)}:latest`,
        copies.map(({ to }) => nameIn(to)),
        { tags: ['latest'], warmUp },
      ),
    ],
    retag: ({ from, tags, ...place }, { warmUp }) => [copy(`${nameIn(place)}:${from}`, nameIn(place), { tags, warmUp })],
  };
}

function nameIn({ host, repository }) {
  return `${host}/${repository}`;
}

/** A task for each project; an image for several registries is one task. */
function tasksOf(pushes) {
  const projects = new Set(pushes.map(({ image }) => image.project));
  return [...projects].map((project) => {
    const own = pushes.filter(({ image }) => image.project === project);
    const [{ repository, tags }] = own;
    return { project, options: { image: repository, registries: own.map(({ host }) => entryOf(host)), tags } };
  });
}

/** Names in registries.yaml contain no `:`. @param {string} host */
function entryOf(host) {
  return `at-${host.replace(':', '-')}`;
}
