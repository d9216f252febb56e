import { spawn } from 'node:child_process';

const TIMEOUT_MS = 600_000;

/** Runs a program to its end. @throws Error with its whole output when it fails */
export function runCommand([program, ...args], { cwd, env }) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: TIMEOUT_MS });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (output += piece));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${[program, ...args].join(' ')} ended with ${code ?? signal}:\n${output.slice(-3000)}`));
    });
  });
}
