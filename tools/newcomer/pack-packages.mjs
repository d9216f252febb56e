import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const WORKSPACE = fileURLToPath(new URL('../..', import.meta.url));
const PACKAGES = ['oci-model', 'oci-distribution', 'oci-layout', 'oci-registry', 'oci-publish', 'nx-oci'];

/**
 * Packs the packages as for a release, and installs package managers that this machine may lack. It packs what was built last: a
 * build, even one that Nx takes from its cache, removes `dist` for a moment, and other specs may be reading it.
 *
 * @param scratch an empty folder
 * @returns the folder of the archives, the version of all of them, and a folder of programs
 */
export function packPackages(scratch) {
  const packed = join(scratch, 'packed');
  mkdirSync(packed);
  const { version } = JSON.parse(readFileSync(join(WORKSPACE, 'packages/nx-oci/package.json'), 'utf8'));
  const unbuilt = PACKAGES.filter((name) => !existsSync(join(WORKSPACE, 'packages', name, 'dist/index.js')));
  if (unbuilt.length > 0) throw new Error(`Cannot pack ${unbuilt.join(', ')}: not built. Run: npm run build`);
  for (const name of PACKAGES) {
    execFileSync('npm', ['pack', '--silent', '--pack-destination', packed], { cwd: join(WORKSPACE, 'packages', name) });
  }
  for (const name of readdirSync(packed)) {
    const files = execFileSync('tar', ['-tzf', join(packed, name)], { encoding: 'utf8' });
    if (!files.includes('package/LICENSE')) throw new Error(`${name} contains no LICENSE`);
    if (/third-party\/.*\.js$/m.test(files) && !files.includes('third-party/LICENSES.txt')) {
      throw new Error(`${name} contains third-party libraries without their licences`);
    }
  }
  // Package managers that this machine may lack.
  const managers = join(scratch, 'managers');
  mkdirSync(managers);
  writeFileSync(join(managers, 'package.json'), '{}');
  execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', 'pnpm@10', 'yarn@1'], { cwd: managers });
  return { packed, version, programs: join(managers, 'node_modules/.bin') };
}
