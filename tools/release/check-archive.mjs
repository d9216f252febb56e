import { execFileSync } from 'node:child_process';

const NOT_FOR_USERS = /\.spec\.|\/(?:testing|fixtures|tmp|coverage|node_modules)\/|\.tsbuildinfo$|(?<!\.d)\.ts$/;
const ALWAYS = ['package.json', 'README.md', 'LICENSE'];

/**
 * Looks into the archive of a published package: all that its package.json names must be in it, and nothing that only we need.
 *
 * @param {Buffer} archive
 * @param {object} manifest package.json of that version
 * @returns {number} of its files
 * @throws {Error} that lists all problems
 */
export function checkArchive(archive, manifest) {
  const listed = execFileSync('tar', ['-tz'], { input: archive, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const files = listed
    .split('\n')
    .filter(Boolean)
    .map((path) => path.replace(/^package\//, ''));
  const missing = [...ALWAYS, ...namedFiles(manifest)].filter((file) => !files.includes(file));
  const needless = files.filter((file) => NOT_FOR_USERS.test(`/${file}`));
  const absent = ['description', 'license', 'repository', 'keywords', 'engines'].filter((field) => manifest[field] === undefined);
  const problems = [
    ...missing.map((file) => `lacks ${file}`),
    ...needless.map((file) => `contains ${file}`),
    ...absent.map((field) => `says no ${field}`),
  ];
  if (problems.length > 0) throw new Error(`${manifest.name} ${problems.join(', ')}.`);
  return files.length;
}

/** Paths in main, types, exports, bin, executors and generators, without patterns. */
function namedFiles({ main, types, exports, bin, executors, generators }) {
  const texts = JSON.stringify([main, types, exports, bin, executors, generators]);
  return [...texts.matchAll(/"(?:\.\/)?([^"*]+\.(?:js|json|d\.ts))"/g)].map(([, path]) => path);
}
