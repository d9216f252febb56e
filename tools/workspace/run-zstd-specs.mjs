import * as zlib from 'node:zlib';

import { findTool } from '../ci/tools.mjs';
import { runJest } from './run-jest.mjs';

/** In the name of each test that needs zstd, and of no test that is skipped for another reason. */
const NAMES_ZSTD = 'zstd';
// As `findZstdProblem` of oci-layout has it: Node 22.15 and 23 have a zstd that writes other bytes.
const OTHER_BYTES = '1.5.6';

/** @returns {string | undefined} where this Node has no zstd that we use: the program of one that has it, if it is installed */
export function findNodeWithZstd() {
  const hasZstd = 'createZstdCompress' in zlib && process.versions.zstd !== OTHER_BYTES;
  return hasZstd ? undefined : findTool('node-24');
}

/**
 * Runs tests that were skipped without zstd again, with a Node that has it.
 *
 * @param {import('./run-jest.mjs').JestResult} first
 * @param {string | undefined} node without which `first` stays as it is
 * @param {readonly string[]} [args] of jest, for specs that are not of this workspace
 * @returns {Promise<import('./run-jest.mjs').JestResult>} of both; a test that ran now is no longer skipped
 */
export async function runZstdSpecs(first, node, args = ['--ignoreProjects', 'e2e']) {
  const files = [...new Set(first.skipped.filter(namesZstd).map(({ file }) => file))];
  if (node === undefined || files.length === 0) return first;
  console.log(`\n▸ specs of zstd, with ${node}`);
  const second = await runJest('zstd', [...args, '--maxWorkers=2', '--testNamePattern', NAMES_ZSTD, '--runTestsByPath', ...files], node);
  const isSame = (one) => (other) => one.file === other.file && one.name === other.name;
  return {
    passed: [...first.passed, ...second.passed.filter((test) => !first.passed.some(isSame(test)))],
    failed: first.failed + second.failed,
    // Jest also counts tests with other names as skipped.
    skipped: [...first.skipped.filter((test) => !namesZstd(test)), ...second.skipped.filter(namesZstd)],
  };
}

function namesZstd({ name }) {
  return new RegExp(NAMES_ZSTD, 'i').test(name);
}
