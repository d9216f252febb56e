/**
 * Installs the real engines, registries and peers that tests use, as far as they are missing. One line for each tool.
 *
 *     node tools/ci/install.mjs [--only crane,skopeo]
 */
import { setPriority } from 'node:os';
import { installDebianPackages } from './install-debian-packages.mjs';
import { installGoProgram } from './install-go-program.mjs';
import { installNpmProgram } from './install-npm-program.mjs';
import { findTool, tools } from './tools.mjs';
import { readOptions } from '../workspace/read-options.mjs';

const wanted = wantedTools();
const missing = wanted.filter((tool) => !findTool(tool.name));
for (const tool of wanted) if (!missing.includes(tool)) print('present', tool, findTool(tool.name));

setPriority(10); // compilers get what others leave over
const ofDebian = missing.filter((tool) => tool.debian);
const packages = [...new Set([...ofDebian.map((tool) => tool.debian), ...missing.flatMap(({ cgo = [] }) => cgo)])];
const refused = packages.length > 0 ? await installDebianPackages(packages) : new Map();
const results = ofDebian.map((tool) => report(tool, refused.get(tool.debian)));
for (const tool of missing.filter((candidate) => candidate.npm)) results.push(report(tool, await installNpmProgram(tool)));
for (const tool of missing.filter((candidate) => candidate.go)) {
  const withoutPackage = tool.cgo?.map((name) => refused.get(name)).find(Boolean);
  results.push(report(tool, withoutPackage ?? (await installGoProgram(tool))));
}

process.exitCode = results.includes(false) ? 1 : 0;

/** @returns {readonly import('./tools.mjs').Tool[]} */
function wantedTools() {
  const values = readOptions('Installs the engines, registries and clients that specs use.', {
    only: { type: 'string', help: `NAMES  some of ${tools.map(({ name }) => name).join(', ')}` },
  });
  if (values.only === undefined) return tools;
  const names = values.only.split(',').map((name) => name.trim());
  const known = tools.map((tool) => tool.name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length === 0) return tools.filter((tool) => names.includes(tool.name));
  console.error(`Cannot install ${unknown.join(', ')}: no such tool. There are: ${known.join(', ')}.`);
  process.exit(2);
}

/**
 * @param {import('./tools.mjs').Tool} tool
 * @param {string} [problem]
 * @returns {boolean} false if the run requires the tool
 */
function report(tool, problem) {
  const path = findTool(tool.name);
  if (path) print('installed', tool, path);
  else print('failed', tool, `${tool.required ? '' : '(not required) '}${problem ?? `installed, but has no program ${tool.program}`}`);
  return path !== undefined || !tool.required;
}

/**
 * @param {'present' | 'installed' | 'failed'} what
 * @param {import('./tools.mjs').Tool} tool
 * @param {string} details
 */
function print(what, tool, details) {
  console.log(`${what.padEnd(9)} ${tool.name.padEnd(16)} ${details}`);
}
