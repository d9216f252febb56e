/** Which tools there are (versions.json), and where each one is on this machine. */
import { accessSync, constants, readFileSync } from 'node:fs';
import { basename, delimiter, isAbsolute, join } from 'node:path';
import { programsFolder } from './folders.mjs';

/**
 * @typedef {object} Tool
 * @property {string} name
 * @property {string} program its file name; absolute where that file comes before what PATH finds
 * @property {boolean} required
 * @property {string} [debian] the Debian package that has it
 * @property {string} [tried] the version of the Debian package that was tried
 * @property {string} [go] the package for `go install`
 * @property {string} [version] the exact version of the Go module or npm package
 * @property {string} [module] the Go module, where `go install` refuses it for its `replace` or `exclude`: it is built in a module of ours
 * @property {readonly string[]} [beside] with `module`: packages whose programs are built into the same folder
 * @property {string} [builds] what `go install` calls the program, where that is not its name
 * @property {readonly string[]} [flags] for `go install`: a large program whose speed does not matter is built faster without optimising
 * @property {readonly string[]} [cgo] parts of the Go program are written in C: needs gcc, and these Debian packages
 * @property {readonly NpmPackage[]} [npm] the npm package that has it, its only file or one for each platform; `version` is its version
 *
 * @typedef {object} NpmPackage
 * @property {string} package
 * @property {string} [platform] `linux-x64`, as Node calls it; for all, where it is not there
 * @property {string} [integrity] of its archive, as npm writes it into lock files; a package with dependencies has a lock file in
 * `locks`, by the name of the tool
 * @property {string} file the program, in the package
 */

const versions = JSON.parse(readFileSync(new URL('versions.json', import.meta.url), 'utf8'));

/** The version of Go that the Go programs need. */
export const goVersion = versions.go;

/** @type {readonly Tool[]} */
export const tools = Object.entries(versions.tools).map(([name, tool]) => ({ name, ...tool }));

/**
 * The folder of a Go program or of one of npm: a new version gets a new folder, so that a file's presence says which version it is.
 *
 * @param {Tool} tool
 */
export function programFolder(tool) {
  return join(programsFolder(), `${tool.name}-${tool.version}`);
}

/**
 * @param {string} name a name in versions.json
 * @returns {string | undefined} absolute path
 */
export function findTool(name) {
  const tool = tools.find((candidate) => candidate.name === name);
  if (!tool) throw new Error(`No tool "${name}" in tools/ci/versions.json.`);
  return locationsOf(tool).find(isExecutable);
}

/**
 * @param {string} name
 * @returns {string} absolute path
 */
export function requireTool(name) {
  const path = findTool(name);
  if (!path) throw new Error(`${name} is not installed. Run: node tools/ci/install.mjs --only ${name}`);
  return path;
}

/** @param {Tool} tool */
function locationsOf(tool) {
  const { go, npm, program } = tool;
  if (go ?? npm) return [join(programFolder(tool), program)];
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  const onPath = folders.filter(isAbsolute).map((folder) => join(folder, basename(program)));
  return isAbsolute(program) ? [program, ...onPath] : onPath;
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
