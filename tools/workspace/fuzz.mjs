// `npm run fuzz [-- RUNS]`: feeds every reader of foreign text with RUNS drawn cases (default 100 000), and counts them.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { ensureInstalled, workspaceRoot } from './ensure-installed.mjs';
import { programOf } from './run-node.mjs';

// The minimum of a run without RUNS, so that a lost target is noticed.
const LEAST_CASES = 1_000_000;
// An endless case cannot be stopped from within, so the whole run is stopped.
const LONGEST_MS = 30 * 60_000;

ensureInstalled();

const [, , chosen] = process.argv;
const runs = chosen ?? '100000';
if (!/^[1-9]\d{0,8}$/.test(runs)) {
  console.error(`"${runs}" is no number of cases. Try: npm run fuzz -- 100000`);
  process.exit(2);
}
const report = join(workspaceRoot, 'tmp/fuzz.txt');
mkdirSync(join(workspaceRoot, 'tmp'), { recursive: true });
rmSync(report, { force: true });

const startedAt = Date.now();
// In one process, so that nothing is left over when that is killed.
const args = [programOf('jest'), '--runInBand', '--ignoreProjects', 'e2e', '--testPathPatterns', '\\.fuzz\\.spec\\.ts$'];
const jest = spawnSync(process.execPath, [...args, '--testTimeout', String(LONGEST_MS)], {
  cwd: workspaceRoot,
  stdio: ['ignore', 'inherit', 'inherit'],
  env: { ...process.env, NX_OCI_FUZZ_RUNS: runs, NX_OCI_FUZZ_REPORT: report },
  timeout: LONGEST_MS,
  killSignal: 'SIGKILL',
});
if (jest.signal !== null) console.error(`✖ ended by ${jest.signal}; the longest that it may take is ${LONGEST_MS / 60_000} minutes`);

const counts = readCounts();
for (const { name, cases } of counts) console.log(`${String(cases).padStart(9)}  ${name}`);
const total = counts.reduce((sum, { cases }) => sum + cases, 0);
console.log(`${String(total).padStart(9)}  cases in ${counts.length} targets, ${((Date.now() - startedAt) / 1000).toFixed(0)} s`);
const least = chosen === undefined ? LEAST_CASES : 1;
if (total < least) console.error(`✖ fewer than ${least}`);
process.exitCode = jest.status === 0 && total >= least ? 0 : 1;

/** Only what passed is written there. */
function readCounts() {
  try {
    const lines = readFileSync(report, 'utf8').trim().split('\n').sort();
    return lines.map((line) => ({ name: line.replace(/ \d+$/, ''), cases: Number(/\d+$/.exec(line)?.[0]) }));
  } catch (error) {
    console.error(`No case was counted: ${error.message}`);
    return [];
  }
}
