import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const PROJECTS = ['one', 'two', 'three'];
export const PLATFORMS = ['linux/amd64', 'linux/arm64'];

const NODE_MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));

/**
 * A workspace with three images for two platforms, which share a layer and have one of their own.
 *
 * @param {{ host: string, namespace: string }} registry
 * @returns {{ folder: string, change: () => string }} `change` commits new files of all images. @returns the tag of the commit
 */
export function makePlatformWorkspace({ host, namespace }) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'nx-oci-kills-')));
  const write = (file, content) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), typeof content === 'object' ? `${JSON.stringify(content, undefined, 2)}\n` : content);
  };
  write('package.json', { name: 'kills', private: true, version: '0.0.0' });
  write('nx.json', { analytics: false, defaultBase: 'main', plugins: ['nx-oci'] });
  write('.gitignore', 'node_modules\ndist\n.nx\n');
  write(
    'registries.yaml',
    `registries:\n  one: { host: '${host}', namespace: ${namespace} }\npublish: { tags: [sha, latest], settleMs: 100 }\n`,
  );
  for (const name of PROJECTS) {
    const layers = [
      { from: `${name}/files`, to: '/app' },
      { from: `${name}/bin/{os}-{arch}`, to: '/bin' },
    ];
    write(`${name}/project.json`, {
      name,
      targets: {
        image: { executor: 'nx-oci:build', options: { engine: 'native', platforms: PLATFORMS, layers } },
        publish: { executor: 'nx-oci:publish', dependsOn: ['image'] },
      },
    });
  }
  git(folder, ['init', '--quiet', '--initial-branch=main']);
  symlinkSync(NODE_MODULES, join(folder, 'node_modules'));
  return {
    folder,
    change() {
      for (const name of PROJECTS) {
        for (const part of ['files/text.txt', 'bin/linux-amd64/cli', 'bin/linux-arm64/cli']) {
          write(`${name}/${part}`, randomBytes(40_000).toString('hex'));
        }
      }
      git(folder, ['add', '.']);
      git(folder, ['commit', '--quiet', '--message=change']);
      return git(folder, ['rev-parse', 'HEAD']).slice(0, 7);
    },
  };
}

function git(cwd, args) {
  return execFileSync('git', ['-c', 'user.name=race', '-c', 'user.email=race@example.com', ...args], { cwd, encoding: 'utf8' }).trim();
}
