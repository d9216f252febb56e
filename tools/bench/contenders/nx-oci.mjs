import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../run-executor.cjs', import.meta.url));
const PACKAGE = new URL('../../../packages/nx-oci/package.json', import.meta.url);

/**
 * Our executors, in a workspace with one project. Unless it `remembers`, the workspace has never met a registry before.
 *
 * @param {{ folder: string, remembers?: boolean }} where `folder` is made
 * @returns {import('./contender.mjs').Contender}
 */
export function nxOci({ folder, remembers = false }) {
  const image = join(folder, 'dist/images/app');
  const command = (executor, options, host) => ({
    program: process.execPath,
    args: [PROGRAM, executor, folder, JSON.stringify(options)],
    env: { BENCH_HOST: host, NX_OCI_RUN_ID: randomUUID() },
  });
  return {
    name: remembers ? 'nx-oci, host known' : 'nx-oci',
    version: JSON.parse(readFileSync(PACKAGE, 'utf8')).version,
    isOurs: true,
    remembers,
    prefersPush: remembers,
    prepare: () => {
      mkdirSync(join(folder, 'dist/images'), { recursive: true });
      writeFileSync(join(folder, '.gitignore'), '*\n');
      writeFileSync(join(folder, 'registries.yaml'), "registries:\n  bench:\n    host: '${BENCH_HOST}'\n    guard: false\n");
      const git = (...args) => execFileSync('git', ['-C', folder, '-c', 'user.name=bench', '-c', 'user.email=bench@localhost', ...args]);
      git('init', '--quiet', '--initial-branch=main');
      git('add', '--force', '.gitignore');
      git('commit', '--quiet', '--message=first');
    },
    ready: ({ push }, { isFirst }) => {
      if (isFirst || !remembers) rmSync(join(folder, '.nx'), { recursive: true, force: true });
      if (push === undefined) return;
      rmSync(image, { force: true });
      symlinkSync(push.image.folder, image);
    },
    push: ({ host, repository, tags }) => [command('publish', { image: repository, registries: ['bench'], tags }, host)],
    // Referrers stay behind: no other contender asks for them unless told.
    copy: ({ from, to }) => [
      command(
        'copy',
        { from: `${from.host}/${from.repository}:latest`, to: `${to.host}/${to.repository}`, tags: ['latest'], referrers: false },
        to.host,
      ),
    ],
  };
}
