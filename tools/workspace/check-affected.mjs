import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

import { changedFiles } from './changed-files.mjs';
import { workspaceRoot } from './ensure-installed.mjs';
import { namingSpecs } from './naming-specs.mjs';
import { runJest } from './run-jest.mjs';
import { programOf, quietNx } from './run-node.mjs';

const CODE = /\.[cm]?[jt]s$/;
const IN_PACKAGES = /^packages\/[^/]+\/(?:src|bin)\//;

/**
 * `npm run check -- --affected[=<commit>]`: types, lint and format of what has changed since main, the walls, and the unit specs
 * of it. A round for while one works: specs of other packages and end-to-end specs are left to the whole check.
 *
 * @returns {Promise<number>} the exit code
 */
export async function checkAffected(base) {
  const changed = changedFiles(base);
  if (changed.files.length === 0) {
    console.log(`Nothing has changed since ${changed.base}.`);
    return 0;
  }
  console.log(`Changed since ${changed.base}: ${changed.files.length === 1 ? '1 file' : `${changed.files.length} files`}`);
  const failed = await runChecks(checksOf(changed.files));
  const specs = await runSpecs(changed.files);
  const isGood = failed.length === 0 && specs.failed === 0;
  const failures = [...failed, ...(specs.failed === 0 ? [] : [`${specs.failed} specs`])];
  console.log(isGood ? `\n✔ ${specs.passed} specs passed. Before a push: npm run check` : `\n✖ Failed: ${failures.join(', ')}`);
  return isGood ? 0 : 1;
}

/** Each check is the programs that it runs, one after the other. */
function checksOf(files) {
  const code = files.filter((file) => CODE.test(file));
  const isInside = code.some((file) => IN_PACKAGES.test(file));
  const isWalled = isInside || files.some((file) => /^tools\/walls\/|^\.dependency-cruiser|^docs\/architecture\.md$/.test(file));
  const isLocked = files.some((file) => /(?:^|\/)package(?:-lock)?\.json$/.test(file));
  const types = ['-p', 'tsconfig.json', '--noEmit', '--incremental', '--tsBuildInfoFile', 'tmp/affected.tsbuildinfo'];
  return [
    ...(code.length === 0 && !isLocked ? [] : [{ name: 'types', programs: [[programOf('typescript', 'tsc'), ...types]] }]),
    // The rule of the floors reads the project graph that Nx has kept.
    ...(code.length === 0
      ? []
      : [
          {
            name: 'lint',
            programs: [
              [programOf('nx'), 'show', 'projects'],
              [programOf('eslint'), '--no-warn-ignored', ...code],
            ],
          },
        ]),
    ...(isWalled
      ? [
          {
            name: 'walls',
            programs: [
              [programOf('dependency-cruiser', 'depcruise'), 'packages'],
              ['tools/walls/draw-rooms.mjs', '--check'],
            ],
          },
        ]
      : []),
    { name: 'format', programs: [[programOf('prettier'), '--check', '--ignore-unknown', '--log-level=warn', ...files]] },
    ...(isLocked ? [{ name: 'lock file', programs: [['tools/workspace/check-lock.mjs']] }] : []),
  ];
}

/** Side by side, since most of them start slowly and use one core. @returns {Promise<string[]>} names of those that failed */
async function runChecks(checks) {
  const waiting = [...checks];
  const failed = [];
  const work = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const startedAt = Date.now();
      const output = await runPrograms(check.programs);
      console.log(`${output === undefined ? '✔' : '✖'} ${check.name} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
      if (output === undefined) continue;
      console.log(output);
      failed.push(check.name);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return failed;
}

/** @returns {Promise<string | undefined>} what the first one printed that failed */
async function runPrograms(programs) {
  for (const args of programs) {
    const { code, output } = await runProgram(args);
    if (code !== 0) return output;
  }
  return undefined;
}

function runProgram(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: workspaceRoot, stdio: ['ignore', 'pipe', 'pipe'], env: quietNx() });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (piece) => (output += piece));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** A file that jest knows runs the specs that import it; a spec runs itself. */
async function runSpecs(files) {
  const isKnown = (file) => IN_PACKAGES.test(file) && (CODE.test(file) || file.endsWith('.json'));
  const asked = [...new Set([...files.filter(isKnown), ...namingSpecs(files.filter((file) => !CODE.test(file)))])];
  if (asked.length === 0) return { passed: 0, failed: 0 };
  return runJest('affected', ['--ignoreProjects', 'e2e', '--maxWorkers=100%', '--passWithNoTests', '--findRelatedTests', ...asked]);
}
