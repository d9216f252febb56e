import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from './folders.mjs';

const program = join(repositoryRoot, 'packages', 'oci-registry', 'dist', 'main.js');

/**
 * Starts the built program `oci-registry` on a free port of 127.0.0.1.
 *
 * @param {{ storage: string, login: string, isSparse: boolean, user: string }} options `storage`: `memory` or `folder`;
 *   `login`: `none`, `basic` or `bearer`; `user`: `name:password`
 * @returns {Promise<{ host: string, stop: () => Promise<void> }>} `stop` ends this very process and removes its data
 */
export async function startOwnRegistry({ storage, login, isSparse, user }) {
  if (!existsSync(program)) throw new Error('oci-registry is not built. Run: npx nx build oci-registry');
  const folder = mkdtempSync(join(tmpdir(), 'nx-oci-conformance-data-'));
  const words = [
    ...['--port', '0'],
    ...(storage === 'folder' ? ['--folder', folder] : []),
    ...(login === 'none' ? [] : ['--scheme', login]),
    ...(isSparse ? ['--accept-sparse'] : []),
  ];
  const env = { ...process.env, OCI_REGISTRY_USER: login === 'none' ? '' : user };
  const child = spawn(process.execPath, [program, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  };
  return { host: await readHost(child), stop };
}

/** @param {import('node:child_process').ChildProcessByStdio<null, import('node:stream').Readable, import('node:stream').Readable>} child */
function readHost(child) {
  return new Promise((resolve, reject) => {
    let printed = '';
    const read = (/** @type {Buffer} */ piece) => {
      printed += piece;
      const [, host] = /listens on http:\/\/(\S+)/.exec(printed) ?? [];
      if (host) resolve(host);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`oci-registry ended with ${code} before it listened: ${printed}`)));
  });
}
