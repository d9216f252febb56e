import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { checkArchive } from './check-archive.mjs';

/**
 * Compares what a release wrote, and what the npm registry has, with what they must be.
 *
 * @param folder the repository
 * @param url of the npm registry
 * @returns {Promise<string[]>} what was found, a line each
 * @throws {Error} at the first difference
 */
export async function checkRelease(folder, url, version) {
  const git = (...args) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
  const read = (file) => readFileSync(join(folder, file), 'utf8');
  expectSame('the tag of the release', git('describe', '--exact-match'), `v${version}`);
  expectSame('what the commit of the release left', git('status', '--porcelain'), '');
  const manifests = readdirSync(join(folder, 'packages')).map((name) => `packages/${name}/package.json`);
  const expected = ['CHANGELOG.md', 'package-lock.json', ...manifests].sort().join();
  expectSame('the files of the commit', git('show', '--name-only', '--format=').split('\n').sort().join(), expected);
  expectSame('the first version of CHANGELOG.md', /^## (\d\S*)/m.exec(read('CHANGELOG.md'))?.[1], version);
  const lock = JSON.parse(read('package-lock.json'));
  const lines = [];
  for (const file of manifests) {
    const manifest = JSON.parse(read(file));
    const published = await latestOf(url, manifest.name);
    expectSame(`the latest ${manifest.name}`, published.version, version);
    for (const written of [manifest, published, lock.packages[file.replace('/package.json', '')]]) expectPinned(written, version);
    const archive = await get(published.dist.tarball);
    const count = checkArchive(Buffer.from(await archive.arrayBuffer()), published);
    lines.push(`${manifest.name} ${published.version}: ${count} files`);
  }
  return lines;
}

async function latestOf(url, name) {
  const answer = await get(new URL(name.replace('/', '%2f'), url));
  const { versions, 'dist-tags': tags } = await answer.json();
  return versions[tags.latest];
}

async function get(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`GET ${url} was answered with ${answer.status}`);
  return answer;
}

/** Our packages fit only others of the same version. */
function expectPinned({ name, version: own, dependencies = {} }, version) {
  expectSame(`the version of ${name}`, own, version);
  for (const [dependency, range] of Object.entries(dependencies)) {
    if (dependency.startsWith('@nx-oci/')) expectSame(`${dependency} of ${name}`, range, version);
  }
}

function expectSame(what, found, wanted) {
  if (found !== wanted) throw new Error(`Expected ${what} to be ${JSON.stringify(wanted)}, but it is ${JSON.stringify(found)}.`);
}
