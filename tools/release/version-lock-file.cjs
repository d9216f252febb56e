/**
 * Writes the versions of our packages, and of those among their dependencies, into the lock file: npm itself would ask its
 * registry, and leave out the binaries of other systems.
 *
 * @param {string} text of package-lock.json
 * @param {(path: string) => { version: string, dependencies?: Record<string, string> }} readManifest of `packages/nx-oci`
 */
function versionLockFile(text, readManifest) {
  const lock = JSON.parse(text);
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (!/^packages\/[^/]+$/.test(path)) continue;
    const { version, dependencies } = readManifest(path);
    entry.version = version;
    if (entry.dependencies !== undefined) entry.dependencies = dependencies;
  }
  return `${JSON.stringify(lock, undefined, 2)}\n`;
}

module.exports = { versionLockFile };
