import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OURS = fileURLToPath(new URL('../..', import.meta.url));
const PACKAGES = {
  'nx-oci': 'nx-oci',
  'oci-model': '@nx-oci/model',
  'oci-distribution': '@nx-oci/distribution',
  'oci-layout': '@nx-oci/layout',
  'oci-registry': '@nx-oci/registry',
  'oci-publish': '@nx-oci/publish',
};

/**
 * Makes an Nx workspace of many projects, committed, with this workspace's node_modules (hard links, so on the same disk).
 *
 * @param packages folder of built packages; `undefined` leaves the plugin out
 * @param files of one project, by its name: paths from its folder, with their content
 */
export function makeWorkspace(root, { packages, projects, filesOf, host }) {
  mkdirSync(root, { recursive: true });
  execFileSync('cp', ['-al', join(OURS, 'node_modules'), join(root, 'node_modules')]);
  for (const name of ['nx-oci', '@nx-oci', '@demo']) rmSync(join(root, 'node_modules', name), { recursive: true, force: true });
  if (packages !== undefined) installPackages(packages, root);
  const write = (file, content) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), typeof content === 'string' ? content : JSON.stringify(content));
  };
  write('package.json', { name: 'many', private: true });
  write('nx.json', { analytics: false, defaultBase: 'main', plugins: packages === undefined ? [] : ['nx-oci'] });
  write('.gitignore', 'node_modules\ndist\n.nx\n');
  write('registries.yaml', `registries:\n  local:\n    host: ${host}\npublish:\n  tags: [sha, latest]\n`);
  write('tools/images/project.json', { name: 'images', targets: { plan: { executor: 'nx-oci:plan' }, noop: { command: 'true' } } });
  for (let index = 0; index < projects; index++) {
    const name = `app${index}`;
    for (const [file, content] of Object.entries(filesOf(name, `apps/${name}`))) write(`apps/${name}/${file}`, content);
  }
  const git = (...args) => execFileSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com', ...args], { cwd: root });
  git('init', '-qb', 'main');
  git('add', '.');
  git('commit', '-qm', 'many');
  return root;
}

/** A package without its sources, as npm would install it. */
function installPackages(folder, root) {
  const isWanted = (file) => !/\/src\/.*\.ts$|\/dist\/.*\.(?:d\.ts|tsbuildinfo)$/.test(file);
  for (const [name, place] of Object.entries(PACKAGES))
    cpSync(join(folder, name), join(root, 'node_modules', place), { recursive: true, filter: isWanted, dereference: true });
}
