const fs = require('node:fs');
const path = require('node:path');

/**
 * Names of all direct and indirect dependencies of the given workspace packages that are published as ES modules only.
 *
 * @param {readonly string[]} folders of workspace packages, relative to the workspace root
 * @returns {string[]} sorted, without duplicates
 */
function esmClosure(folders) {
  const found = new Set();
  const seen = new Set();
  const visit = (name, fromFolder) => {
    const folder = findPackage(name, fromFolder);
    if (!folder || seen.has(folder)) return;
    seen.add(folder);
    const manifest = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
    if (manifest.type === 'module') found.add(name);
    for (const dependency of Object.keys(manifest.dependencies ?? {})) visit(dependency, folder);
  };
  const workspaceRoot = path.resolve(__dirname, '../..');
  for (const folder of folders) {
    const own = path.join(workspaceRoot, folder);
    const { dependencies = {}, devDependencies = {} } = JSON.parse(fs.readFileSync(path.join(own, 'package.json'), 'utf8'));
    for (const name of Object.keys({ ...dependencies, ...devDependencies })) visit(name, own);
  }
  return [...found].sort();
}

/** Node's own lookup: node_modules of this folder, then of each one above it. */
function findPackage(name, fromFolder) {
  for (let folder = fromFolder; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'node_modules', name);
    if (fs.existsSync(path.join(candidate, 'package.json'))) return candidate;
    if (folder === path.dirname(folder)) return undefined;
  }
}

module.exports = { esmClosure };
