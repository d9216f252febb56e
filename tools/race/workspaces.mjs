import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const nodeModules = fileURLToPath(new URL('../../node_modules', import.meta.url));

/**
 * Two clones of a workspace with one project, whose history is a linear series of commits that each change its image.
 *
 * @param {{ host: string, repository: string, commits: number, settleMs: number }} wanted
 * @returns {{ folder: string, clones: readonly [string, string], commits: readonly string[] }} `commits`: full ids, oldest first
 */
export function makeWorkspaces({ host, repository, commits, settleMs }) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'nx-oci-race-')));
  const origin = join(folder, 'origin');
  const write = (file, content) => {
    mkdirSync(dirname(join(origin, file)), { recursive: true });
    writeFileSync(join(origin, file), typeof content === 'string' ? content : `${JSON.stringify(content, undefined, 2)}\n`);
  };
  write('package.json', { name: 'race', private: true, version: '0.0.0' });
  write('nx.json', { analytics: false, defaultBase: 'main', plugins: ['nx-oci'] });
  write('.gitignore', 'node_modules\ndist\n.nx\n');
  write('registries.yaml', `registries:\n  one: { host: '${host}' }\npublish:\n  settleMs: ${settleMs}\n`);
  write('app/project.json', {
    name: 'app',
    targets: {
      image: { executor: 'nx-oci:build', options: { layers: [{ from: 'app/files', to: '/app' }] } },
      publish: { executor: 'nx-oci:publish', dependsOn: ['image'], options: { image: repository, tags: ['sha', 'latest', 'branch'] } },
    },
  });
  git(origin, ['init', '--quiet', '--initial-branch=main']);
  const start = Math.floor(Date.now() / 1000) - commits;
  const ids = Array.from({ length: commits }, (_, index) => {
    write('app/files/number.txt', `${index}\n`);
    git(origin, ['add', '.']);
    git(origin, ['commit', '--quiet', `--message=commit ${index}`], { GIT_COMMITTER_DATE: `${start + index} +0000` });
    return git(origin, ['rev-parse', 'HEAD']);
  });
  const clone = (name) => {
    git(folder, ['clone', '--quiet', 'origin', name]);
    symlinkSync(nodeModules, join(folder, name, 'node_modules'));
    return join(folder, name);
  };
  return { folder, clones: [clone('a'), clone('b')], commits: ids };
}

/** Resets a clone to a commit, like a CI runner that builds it: the branch is known, later commits are not. */
export function checkOut(clone, commit) {
  git(clone, ['checkout', '--quiet', '--force', '-B', 'main', commit]);
}

function git(cwd, args, env = {}) {
  const who = ['-c', 'user.name=race', '-c', 'user.email=race@example.com'];
  return execFileSync('git', [...who, ...args], { cwd, encoding: 'utf8', env: { ...process.env, ...env } }).trim();
}
