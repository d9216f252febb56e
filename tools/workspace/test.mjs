// `npm test`: builds, checks types, lint and format, then runs unit specs and end-to-end specs. `--affected` checks a change alone.
import { checkAffected } from './check-affected.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { runJest } from './run-jest.mjs';
import { programOf, runNode } from './run-node.mjs';

ensureInstalled();

const [, flag, base] = /^(--affected)(?:=(.+))?$/.exec(process.argv[2] ?? '') ?? [];
if (flag === undefined && process.argv.length > 2) {
  console.error(`"${process.argv[2]}" is unknown → write --affected, or --affected=<commit>`);
  process.exit(1);
}
if (flag !== undefined) process.exit(await checkAffected(base));

const steps = [
  ['lock file', () => runNode(['tools/workspace/check-lock.mjs'])],
  ['build', () => runNode([programOf('nx'), 'run-many', '-t', 'build'])],
  ['types', () => runNode([programOf('typescript', 'tsc'), '-p', 'tsconfig.json', '--noEmit'])],
  ['lint', () => runNode([programOf('eslint'), '.'])],
  ['walls', () => runNode([programOf('dependency-cruiser', 'depcruise'), 'packages'])],
  ['picture of the walls', () => runNode(['tools/walls/draw-rooms.mjs', '--check'])],
  ['format', () => runNode([programOf('prettier'), '--check', '--log-level=warn', '.'])],
];

const failedSteps = [];
for (const [name, run] of steps) {
  const startedAt = Date.now();
  console.log(`\n▸ ${name}`);
  const code = await run();
  console.log(`${code === 0 ? '✔' : '✖'} ${name} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
  if (code !== 0) failedSteps.push(name);
}

console.log('\n▸ unit specs');
// Jest itself leaves one core free, which is half of a machine with two.
const unit = await runJest('unit', ['--ignoreProjects', 'e2e', '--maxWorkers=100%']);
console.log('\n▸ end-to-end specs');
// Two at a time: each starts Nx again and again, and waits for it.
const e2e = failedSteps.includes('build')
  ? { passed: 0, failed: 1, skipped: [] }
  : await runJest('e2e', ['--selectProjects', 'e2e', '--maxWorkers=2']);

const skipped = [...unit.skipped, ...e2e.skipped];
if (skipped.length > 0) console.log(`\nSkipped:\n${skipped.map((name) => `  - ${name}`).join('\n')}`);
if (failedSteps.length > 0) console.log(`\nFailed before the specs: ${failedSteps.join(', ')}`);
const failed = unit.failed + e2e.failed + failedSteps.length;
console.log(`\ntests: ${unit.passed + e2e.passed} passed, ${failed} failed, ${skipped.length} skipped`);
process.exit(failed === 0 ? 0 : 1);
