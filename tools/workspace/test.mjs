// `npm test`: builds, checks types, lint and format, then runs unit specs and end-to-end specs. `--affected` checks a change alone.
import { availableParallelism } from 'node:os';

import { readBuiltFiles, rebuiltFolders } from './built-files.mjs';
import { checkAffected } from './check-affected.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { runChecks } from './run-checks.mjs';
import { runJest } from './run-jest.mjs';
import { programOf } from './run-node.mjs';
import { findNodeWithZstd, runZstdSpecs } from './run-zstd-specs.mjs';
import { summarizeRun } from './summarize-run.mjs';

ensureInstalled();

const [, flag, base] = /^(--affected)(?:=(.+))?$/.exec(process.argv[2] ?? '') ?? [];
if (flag === undefined && process.argv.length > 2) {
  console.error(`"${process.argv[2]}" is unknown → write --affected, or --affected=<commit>`);
  process.exit(1);
}
if (flag !== undefined) process.exit(await checkAffected(base));

// Those that take longest come first.
const checks = [
  {
    name: 'lint',
    // The rule of the floors reads the project graph that Nx has kept.
    programs: [
      [programOf('nx'), 'show', 'projects'],
      [programOf('eslint'), '.'],
    ],
  },
  { name: 'build', programs: [[programOf('nx'), 'run-many', '-t', 'build']] },
  { name: 'types', programs: [[programOf('typescript', 'tsc'), '-p', 'tsconfig.json', '--noEmit']] },
  { name: 'format', programs: [[programOf('prettier'), '--check', '--log-level=warn', '.']] },
  {
    name: 'walls',
    programs: [
      [programOf('dependency-cruiser', 'depcruise'), 'packages'],
      ['tools/walls/draw-rooms.mjs', '--check'],
    ],
  },
  { name: 'lock file', programs: [['tools/workspace/check-lock.mjs']] },
];

console.log('\n▸ lint, build, types, format, walls, lock file');
const failedChecks = await runChecks(checks);

const built = readBuiltFiles();
console.log('\n▸ unit specs');
// Jest itself leaves one core free, which is half of a machine with two; and a third of the time specs wait for what they look at.
const unitHere = await runJest('unit', ['--ignoreProjects', 'e2e', `--maxWorkers=${availableParallelism() + 1}`]);
const unit = await runZstdSpecs(unitHere, findNodeWithZstd());
console.log('\n▸ end-to-end specs');
// Two at a time: each starts Nx again and again, and waits for it.
const e2e = failedChecks.includes('build')
  ? { passed: [], failed: 1, skipped: [] }
  : await runJest('e2e', ['--selectProjects', 'e2e', '--maxWorkers=2']);

const { lines, isGood } = summarizeRun({
  rounds: [unit, e2e],
  failedChecks,
  rebuilt: rebuiltFolders(built, readBuiltFiles()),
  allowsSkips: (process.env.NX_OCI_REQUIRE ?? '') === '',
});
console.log(lines.join('\n'));
process.exit(isGood ? 0 : 1);
