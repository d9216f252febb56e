import { changedFiles } from './changed-files.mjs';
import { namingSpecs } from './naming-specs.mjs';
import { runJest } from './run-jest.mjs';
import { runChecks } from './run-checks.mjs';
import { programOf } from './run-node.mjs';
import { selectChecks } from './select-checks.mjs';

/**
 * `npm run check -- --affected[=<commit>]`: types, lint and format of what has changed since main, the walls, and the unit specs
 * of it. A round for while one works: specs of other packages and end-to-end specs are left to the whole check.
 *
 * @returns {Promise<number>} the exit code
 */
export async function checkAffected(base) {
  const changed = changedFiles(base);
  const count = changed.files.length + changed.removed.length;
  if (count === 0) {
    console.log(`Nothing has changed since ${changed.base}.`);
    return 0;
  }
  console.log(`Changed since ${changed.base}: ${count === 1 ? '1 file' : `${count} files`}`);
  const selected = selectChecks(changed);
  const failed = await runChecks(programsOf(selected));
  const specs = await runSpecs(selected.specs);
  const isGood = failed.length === 0 && specs.failed === 0;
  const failures = [...failed, ...(specs.failed === 0 ? [] : [`${specs.failed} specs`])];
  console.log(isGood ? `\n✔ ${specs.passed.length} specs passed. Before a push: npm run check` : `\n✖ Failed: ${failures.join(', ')}`);
  return isGood ? 0 : 1;
}

/** Each check is the programs that it runs, one after the other. */
function programsOf({ hasTypes, lint, hasWalls, format, hasLock }) {
  const types = ['-p', 'tsconfig.json', '--noEmit', '--incremental', '--tsBuildInfoFile', 'tmp/affected.tsbuildinfo'];
  const checks = [
    { name: 'types', isNeeded: hasTypes, programs: () => [[programOf('typescript', 'tsc'), ...types]] },
    {
      name: 'lint',
      isNeeded: lint.length > 0,
      // The rule of the floors reads the project graph that Nx has kept.
      programs: () => [
        [programOf('nx'), 'show', 'projects'],
        [programOf('eslint'), '--no-warn-ignored', ...lint],
      ],
    },
    {
      name: 'walls',
      isNeeded: hasWalls,
      programs: () => [
        [programOf('dependency-cruiser', 'depcruise'), 'packages'],
        ['tools/walls/draw-rooms.mjs', '--check'],
      ],
    },
    {
      name: 'format',
      isNeeded: format.length > 0,
      programs: () => [[programOf('prettier'), '--check', '--ignore-unknown', '--log-level=warn', ...format]],
    },
    { name: 'lock file', isNeeded: hasLock, programs: () => [['tools/workspace/check-lock.mjs']] },
  ];
  return checks.filter(({ isNeeded }) => isNeeded).map(({ name, programs }) => ({ name, programs: programs() }));
}

/** A spec among them runs itself. */
async function runSpecs(specs) {
  const args = ['--ignoreProjects', 'e2e', '--maxWorkers=100%'];
  if (specs === 'all') return runJest('affected', args);
  const files = [...new Set([...specs.importing, ...namingSpecs(specs.naming)])];
  if (files.length === 0) return { passed: [], failed: 0, skipped: [] };
  return runJest('affected', [...args, '--passWithNoTests', '--findRelatedTests', ...files]);
}
