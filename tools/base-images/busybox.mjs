/**
 * Writes a small base image for tests as a folder: Dockerfile (FROM scratch) and rootfs/ with the static busybox and a link for
 * each of its programs (sh, cat, httpd, …). With an engine and a tag it also builds the image. Needs no internet.
 *
 *     node tools/base-images/busybox.mjs --output tmp/busybox [--docker-host unix:///… --tag nx-oci.test/busybox:1]
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { emptyOutput } from './empty-output.mjs';
import { fail } from './fail.mjs';
import { fixTimes } from './fix-times.mjs';
import { sharedLibrariesOf } from './shared-libraries.mjs';
import { readOptions } from '../workspace/read-options.mjs';

process.umask(0o022); // the same modes on every machine
const values = readOptions("Makes a base image from this machine's busybox.", {
  output: { type: 'string', help: 'FOLDER  gets its Dockerfile and files' },
  'docker-host': { type: 'string', help: 'URL  the engine that builds it' },
  tag: { type: 'string', help: 'NAME  its name in that engine' },
});
if (!values.output) fail('--output is missing: give a folder.');
if ((values['docker-host'] === undefined) !== (values.tag === undefined))
  fail('--docker-host and --tag go together: give both, or neither.');

const output = resolve(values.output);
const busybox = findBusybox();
writeContext();
console.log(`Wrote ${output}: Dockerfile and rootfs/ with ${applets().length} programs.`);
if (values.tag) build(values['docker-host'], values.tag);

function findBusybox() {
  const onPath = [...(process.env.PATH ?? '').split(delimiter), '/bin'].map((folder) => join(folder, 'busybox'));
  const path = onPath.find((candidate) => spawnSync(candidate, ['true']).status === 0);
  if (!path) return fail('busybox is not installed. Run: node tools/ci/install.mjs --only busybox');
  if (sharedLibrariesOf(path).length > 0)
    return fail(`${path} needs shared libraries. Install the static one: Debian's package busybox-static.`);
  return path;
}

function applets() {
  return spawnSync(busybox, ['--list'], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter((name) => name !== '' && name !== 'busybox');
}

function writeContext() {
  emptyOutput(output, join('rootfs', 'bin', 'busybox'));
  const rootfs = join(output, 'rootfs');
  for (const folder of ['bin', 'etc', 'root', 'tmp', 'www']) mkdirSync(join(rootfs, folder), { recursive: true, mode: 0o755 });
  chmodSync(join(rootfs, 'tmp'), 0o1777);
  copyFileSync(busybox, join(rootfs, 'bin', 'busybox'));
  chmodSync(join(rootfs, 'bin', 'busybox'), 0o755);
  for (const name of applets()) symlinkSync('busybox', join(rootfs, 'bin', name));
  writeFileSync(join(rootfs, 'etc', 'passwd'), 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n', {
    mode: 0o644,
  });
  writeFileSync(join(rootfs, 'etc', 'group'), 'root:x:0:\nnogroup:x:65534:\n', { mode: 0o644 });
  writeFileSync(join(output, 'Dockerfile'), 'FROM scratch\nENV PATH=/bin\nCOPY rootfs/ /\nCMD ["sh"]\n', { mode: 0o644 });
  fixTimes(output);
}

/**
 * @param {string} dockerHost
 * @param {string} tag
 */
function build(dockerHost, tag) {
  const env = { ...process.env, DOCKER_HOST: dockerHost, DOCKER_BUILDKIT: '0' };
  const { status, error, stderr } = spawnSync('docker', ['build', '--quiet', '--tag', tag, output], { env, encoding: 'utf8' });
  if (status !== 0) fail(`Cannot build ${tag} with ${dockerHost}: ${error?.message ?? stderr.trim()}`);
  console.log(`Built ${tag}.`);
}
