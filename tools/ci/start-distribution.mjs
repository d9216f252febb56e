import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask } from './ask.mjs';
import { notReady } from './not-ready.mjs';
import { isOwn, startDetached } from './own-process.mjs';
import { lastLines, runProgram } from './run-program.mjs';
import { requireTool } from './tools.mjs';
import { waitUntil } from './wait-until.mjs';

const readyMs = 30_000;

/**
 * Starts the CNCF `distribution` registry on a free port of loopback: plain HTTP, deletes allowed.
 *
 * @param {object} wanted
 * @param {string} wanted.name
 * @param {'distribution-2.8' | 'distribution-3'} wanted.kind
 * @param {boolean} wanted.login whether a user name and a password are asked for
 * @param {string} folder
 * @param {(server: import('./servers-file.mjs').Server) => void} started called as soon as there is something to stop
 * @returns {Promise<import('./servers-file.mjs').Server>}
 */
export async function startDistribution({ name, kind, login }, folder, started) {
  const program = requireTool(kind);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const credential = login ? { username: 'nx-oci', password: randomBytes(18).toString('base64url') } : {};
  const configFile = join(folder, 'config.yml'); // JSON is YAML
  writeFileSync(configFile, JSON.stringify(await configuration(folder, credential), null, 2), { mode: 0o600 });
  const log = join(folder, 'log');
  const pid = await startDetached({ program, args: ['serve', configFile], log, env: { OTEL_TRACES_EXPORTER: 'none' } });
  const server = { name, kind, version: await versionOf(program), ...credential, pid, folder, log };
  started(server);
  if (!(await waitUntil(() => portIn(log) !== undefined || !isOwn(pid, folder), readyMs))) throw notReady(server, readyMs);
  const ready = { ...server, host: `127.0.0.1:${portIn(log)}` };
  if (!(await waitUntil(() => answersDistribution(ready), readyMs))) throw notReady(server, readyMs);
  return ready;
}

/**
 * Whether the registry accepts the right credentials, and no others.
 *
 * @param {import('./servers-file.mjs').Server} server
 */
export async function answersDistribution({ host, username, password }) {
  const port = Number(host?.split(':')[1]);
  if (!port) return false;
  const where = { host: '127.0.0.1', port };
  const known = await ask(where, '/v2/', { username, password });
  if (known.status !== 200) return false;
  return username === undefined || (await ask(where, '/v2/')).status === 401;
}

/**
 * @param {string} folder
 * @param {{ username?: string, password?: string }} credential
 */
async function configuration(folder, { username, password }) {
  const auth =
    username === undefined ? {} : { auth: { htpasswd: { realm: 'nx-oci', path: await passwordFile(folder, username, password) } } };
  return {
    version: 0.1,
    log: { level: 'info' }, // tells the port
    storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
    http: { addr: '127.0.0.1:0', secret: randomBytes(18).toString('base64url') },
    ...auth,
  };
}

/**
 * @param {string} folder
 * @param {string} username
 * @param {string} password passed by standard input: every user can read arguments
 */
async function passwordFile(folder, username, password) {
  const { code, stdout, stderr } = await runProgram(requireTool('htpasswd'), ['-niB', username], { input: `${password}\n` });
  if (code !== 0) throw new Error(`Cannot make a password file: htpasswd ended with ${code}: ${lastLines(stderr)}`);
  const file = join(folder, 'htpasswd');
  writeFileSync(file, stdout, { mode: 0o600 });
  return file;
}

/** @param {string} program */
async function versionOf(program) {
  const { stdout } = await runProgram(program, ['--version'], { timeoutMs: 10_000 });
  return /\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? 'unknown';
}

/** @param {string} log */
function portIn(log) {
  return /listening on 127\.0\.0\.1:(\d+)/.exec(readFileSync(log, 'utf8'))?.[1];
}
