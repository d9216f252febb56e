import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { workspaceRoot } from './ensure-installed.mjs';

/** Runs a program of this workspace with Node, its output shown, and resolves to its exit code. */
export function runNode(args, env = {}, node = process.execPath) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, {
      cwd: workspaceRoot,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...quietNx(), ...env },
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? (signal === null ? 0 : 1)));
  });
}

/** Nx without a background process, a full-screen display or a network connection. */
export function quietNx() {
  return { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', NX_NO_CLOUD: 'true', NX_DEFAULT_OUTPUT_STYLE: 'static-failures-only' };
}

/** The program of an installed package, relative to the workspace; read late, since it may be installed first. */
export function programOf(packageName, program = packageName) {
  const manifest = JSON.parse(readFileSync(`${workspaceRoot}/node_modules/${packageName}/package.json`, 'utf8'));
  const file = typeof manifest.bin === 'string' ? manifest.bin : manifest.bin[program];
  return `node_modules/${packageName}/${file}`;
}
