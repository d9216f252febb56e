import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const OURS = /^(?:nx-oci|@nx-oci|\.cache|\.package-lock\.json)$/;

/**
 * Copies what git would commit, and what was built, into a repository of its own: a release writes versions, commits and builds.
 * Third-party packages are shared, ours are those of the copy.
 *
 * @param folder where the copy is made
 * @param npmrc lines that are added to its .npmrc
 */
export function copyRepository(folder, npmrc) {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: REPOSITORY,
    encoding: 'utf8',
  });
  const files = listed.split('\0').filter((file) => file !== '' && existsSync(join(REPOSITORY, file)));
  const copy = (path) => cpSync(join(REPOSITORY, path), join(folder, path), { recursive: true, preserveTimestamps: true });
  for (const file of files) copy(file);
  const packages = readdirSync(join(folder, 'packages'));
  for (const name of packages) copy(join('packages', name, 'dist'));
  for (const owner of ['', ...packages.map((name) => join('packages', name))]) linkModules(folder, owner);
  linkOwnPackages(folder);
  writeFileSync(join(folder, '.npmrc'), npmrc, { flag: 'a' });
  const git = (...args) => execFileSync('git', args, { cwd: folder });
  git('init', '-q', '-b', 'main');
  git('config', 'user.name', 'rehearsal');
  git('config', 'user.email', 'rehearsal@example.com');
  git('add', '--all');
  git('commit', '-q', '-m', 'feat: everything');
}

function linkModules(folder, owner) {
  const from = join(REPOSITORY, owner, 'node_modules');
  if (!existsSync(from)) return;
  mkdirSync(join(folder, owner, 'node_modules'));
  for (const name of readdirSync(from)) {
    if (!OURS.test(name)) symlinkSync(join(from, name), join(folder, owner, 'node_modules', name));
  }
}

function linkOwnPackages(folder) {
  const modules = join(folder, 'node_modules');
  for (const name of readdirSync(join(folder, 'packages'))) {
    const target = join(modules, name === 'nx-oci' ? name : join('@nx-oci', name.replace(/^oci-/, '')));
    mkdirSync(dirname(target), { recursive: true });
    symlinkSync(join(folder, 'packages', name), target);
  }
}
