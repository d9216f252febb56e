import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

import { workspaceRoot } from './ensure-installed.mjs';
import { quietNx } from './run-node.mjs';

/**
 * In parallel, because most of them start slowly and use one core. The output of a check is shown if it fails.
 *
 * @param {readonly { name: string, programs: readonly (readonly string[])[] }[]} checks each is the programs that it runs, one after
 * the other, as arguments of Node; those that take longest come first
 * @returns {Promise<string[]>} names of those that failed
 */
export async function runChecks(checks) {
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
