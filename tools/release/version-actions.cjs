/**
 * How `nx release` writes a version: package.json files as @nx/js does, and the two files that all packages share.
 * Nx loads it by nx.json.
 */
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const { default: JsVersionActions } = require('@nx/js/src/release/version-actions');

const { closeChangelog } = require('./close-changelog.cjs');
const { versionLockFile } = require('./version-lock-file.cjs');

/** @returns the files that belong to the commit of the release */
async function afterAllProjectsVersioned(folder, { dryRun }) {
  if (dryRun) return { changedFiles: [], deletedFiles: [] };
  const { version } = JSON.parse(readFileSync(join(folder, 'packages/nx-oci/package.json'), 'utf8'));
  const rewrite = (name, change) => {
    const file = join(folder, name);
    writeFileSync(file, change(readFileSync(file, 'utf8')));
    return name;
  };
  const today = new Date().toISOString().slice(0, 10);
  const changelog = rewrite('CHANGELOG.md', (text) => closeChangelog(text, { version, date: today }));
  const lock = rewrite('package-lock.json', (text) =>
    versionLockFile(text, (path) => JSON.parse(readFileSync(join(folder, path, 'package.json'), 'utf8'))),
  );
  return { changedFiles: [changelog, lock], deletedFiles: [] };
}

module.exports = { default: JsVersionActions, afterAllProjectsVersioned };
