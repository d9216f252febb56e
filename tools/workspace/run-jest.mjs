import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

import { workspaceRoot } from './ensure-installed.mjs';
import { programOf, runNode } from './run-node.mjs';

/**
 * @typedef {object} Test
 * @property {string} file absolute path of its spec
 * @property {string} name with those of its groups
 *
 * @typedef {object} JestResult
 * @property {readonly Test[]} passed
 * @property {number} failed at least 1 when jest failed
 * @property {readonly Test[]} skipped
 */

/**
 * Runs jest and counts from its own report, so that nothing is counted that jest did not see.
 *
 * @param {string} name of the report: `tmp/jest-unit.json`
 * @param {readonly string[]} args
 * @param {string} [node] the program that runs it, and is found first by what it starts
 * @returns {Promise<JestResult>}
 */
export async function runJest(name, args, node = process.execPath) {
  const report = join('tmp', `jest-${name}.json`);
  mkdirSync(join(workspaceRoot, 'tmp'), { recursive: true });
  rmSync(join(workspaceRoot, report), { force: true });
  const env = node === process.execPath ? {} : { PATH: [dirname(node), process.env.PATH].join(delimiter) };
  const code = await runNode([programOf('jest'), ...args, '--json', `--outputFile=${report}`], env, node);
  const result = readReport(report);
  if (result === undefined) return { passed: [], failed: 1, skipped: [] };
  const tests = result.testResults.flatMap(({ name: file, assertionResults }) =>
    assertionResults.map(({ status, fullName }) => ({ file, name: fullName, status })),
  );
  const withStatus = (...wanted) => tests.filter(({ status }) => wanted.includes(status)).map(({ file, name }) => ({ file, name }));
  // A suite that could not start has no failed tests.
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  return {
    passed: withStatus('passed'),
    failed: code === 0 ? failed : Math.max(1, failed),
    skipped: withStatus('pending', 'todo', 'skipped', 'disabled'),
  };
}

function readReport(report) {
  try {
    return JSON.parse(readFileSync(join(workspaceRoot, report), 'utf8'));
  } catch (error) {
    console.error(`jest left no report: ${error.message}`);
    return undefined;
  }
}
