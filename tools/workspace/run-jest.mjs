import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { workspaceRoot } from './ensure-installed.mjs';
import { programOf, runNode } from './run-node.mjs';

/**
 * Runs jest and counts from its own report, so that nothing is counted that jest did not see.
 *
 * @returns {Promise<{ passed: number, failed: number, skipped: string[] }>} `failed` is at least 1 when jest failed
 */
export async function runJest(name, args) {
  const report = join('tmp', `jest-${name}.json`);
  mkdirSync(join(workspaceRoot, 'tmp'), { recursive: true });
  rmSync(join(workspaceRoot, report), { force: true });
  const code = await runNode([programOf('jest'), ...args, '--json', `--outputFile=${report}`]);
  const result = readReport(report);
  if (result === undefined) return { passed: 0, failed: 1, skipped: [] };
  const skipped = result.testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'pending' || status === 'todo').map(({ fullName }) => fullName),
  );
  // A suite that could not even start has no failed test of its own.
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  return { passed: result.numPassedTests, failed: code === 0 ? failed : Math.max(1, failed), skipped };
}

function readReport(report) {
  try {
    return JSON.parse(readFileSync(join(workspaceRoot, report), 'utf8'));
  } catch (error) {
    console.error(`jest left no report: ${error.message}`);
    return undefined;
  }
}
