// Types each command of the scene, and runs it in the terminal that this program runs in.
import { spawn } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';

import { SCENE } from './scene.mjs';

const TYPING_MS = 35;

for (const command of SCENE) {
  process.stdout.write('\u001b[32m$\u001b[39m ');
  for (const letter of command.replace('$NX_OCI_PORT', process.env.NX_OCI_PORT)) {
    process.stdout.write(letter);
    await setTimeout(TYPING_MS);
  }
  process.stdout.write('\n');
  const code = await run(command);
  if (code !== 0) process.exit(code ?? 1);
  process.stdout.write('\n');
}
process.stdout.write('\u001b[32m$\u001b[39m \n');

function run(command) {
  const child = spawn('sh', ['-c', command], { stdio: 'inherit' });
  return new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
}
