// Puts a static web server for Linux into dist/e2e/demo/web/server: the esbuild binary, which is statically linked.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const output = 'dist/e2e/demo/web/server';
const name = `@esbuild/linux-${process.arch}`;
const installed = join('node_modules', name, 'bin', 'esbuild');

await rm(output, { recursive: true, force: true });
await mkdir(output, { recursive: true });
if (existsSync(installed)) await cp(installed, join(output, 'esbuild'));
else await unpackFromRegistry();
await chmod(join(output, 'esbuild'), 0o755);

/** On other systems npm does not install the Linux binary, so the same version of it is downloaded. */
async function unpackFromRegistry() {
  const { version } = JSON.parse(await readFile('node_modules/esbuild/package.json', 'utf8'));
  const folder = await mkdtemp(join(tmpdir(), 'nx-oci-demo-'));
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const options = { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', shell: process.platform === 'win32' };
  const archive = execFileSync(npm, ['pack', `${name}@${version}`, '--silent'], options).trim();
  execFileSync('tar', ['-xzf', archive, 'package/bin/esbuild'], { cwd: folder });
  await cp(join(folder, 'package/bin/esbuild'), join(output, 'esbuild'));
  await rm(folder, { recursive: true });
}
