import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { makeCertificates } from './make-certificates.mjs';
import { notReady } from './not-ready.mjs';
import { isOwn, startDetached } from './own-process.mjs';
import { runProgram } from './run-program.mjs';
import { requireTool } from './tools.mjs';
import { waitUntil } from './wait-until.mjs';

const readyMs = 60_000;

/** A socket's path may have 107 characters. */
const maxSocketFolderLength = 90;

/**
 * Starts BuildKit as a remote builder on a free port of loopback. Server and client show certificates of an authority that is made
 * for this start. BuildKit takes registries on loopback for plain HTTP.
 *
 * @param {{ name: string }} wanted
 * @param {string} folder
 * @param {(server: import('./servers-file.mjs').Server) => void} started called as soon as there is something to stop
 * @returns {Promise<import('./servers-file.mjs').Server>}
 */
export async function startBuildkitd({ name }, folder, started) {
  const program = requireTool('buildkit');
  if (process.getuid?.() !== 0) throw new Error(`Cannot start ${name}: buildkitd needs root.`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const socketFolder = folder.length <= maxSocketFolderLength ? folder : mkdtempSync(join(tmpdir(), 'nx-oci-'));
  const builder = await makeCertificates(join(folder, 'tls'));
  const configFile = join(folder, 'buildkitd.toml');
  writeFileSync(configFile, configuration({ folder, socketFolder, builder }), { mode: 0o600 });
  const log = join(folder, 'log');
  const pid = await startDetached({ program, args: ['--config', configFile], log, env: { OTEL_TRACES_EXPORTER: 'none' } });
  const server = { name, kind: 'buildkit', version: await versionOf(program), pid, folder, log, socketFolder };
  started(server);
  if (!(await waitUntil(() => addressIn(log) !== undefined || !isOwn(pid, folder), readyMs))) throw notReady(server, readyMs);
  const { ca, cert, key } = builder;
  const ready = { ...server, host: addressIn(log), builder: { ca, cert, key } };
  if (!(await waitUntil(() => answersBuildkit(ready), readyMs))) throw notReady(server, readyMs);
  return ready;
}

/**
 * Whether the builder accepts our certificate.
 *
 * @param {import('./servers-file.mjs').Server} server
 * @returns {Promise<boolean>}
 */
export function answersBuildkit({ host, builder }) {
  const port = Number(host?.split(':')[1]);
  if (!port || !builder) return Promise.resolve(false);
  return new Promise((resolve) => {
    const files = { ca: readFileSync(builder.ca), cert: readFileSync(builder.cert), key: readFileSync(builder.key) };
    const socket = connect({ host: '127.0.0.1', port, ...files, ALPNProtocols: ['h2'], timeout: 10_000 });
    const end = (/** @type {boolean} */ answered) => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('data', () => end(true)); // a client without a valid certificate gets no settings of HTTP/2
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
  });
}

/**
 * @param {object} facts
 * @param {string} facts.folder
 * @param {string} facts.socketFolder
 * @param {import('./make-certificates.mjs').Certificates} facts.builder
 */
function configuration({ folder, socketFolder, builder }) {
  const text = (/** @type {string} */ value) => JSON.stringify(value); // also a string in TOML
  return [
    `root = ${text(join(folder, 'data'))}`,
    // As `network: host` needs; runs only where a build asks for it.
    'insecure-entitlements = ["network.host"]',
    '[grpc]',
    'address = ["tcp://127.0.0.1:0"]', // the log tells the port
    '[grpc.tls]',
    `ca = ${text(builder.ca)}`,
    `cert = ${text(builder.serverCert)}`,
    `key = ${text(builder.serverKey)}`,
    '[otel]',
    `socketPath = ${text(join(socketFolder, 'otel.sock'))}`,
    '[worker.oci]',
    `binary = ${text(requireTool('runc'))}`,
    'gc = false',
    'platforms = ["linux/amd64", "linux/arm64"]',
    '[worker.containerd]',
    'enabled = false',
    '',
  ].join('\n');
}

/** @param {string} program */
async function versionOf(program) {
  const { stdout } = await runProgram(program, ['--version'], { timeoutMs: 10_000 });
  return /\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? 'unknown';
}

/** @param {string} log */
function addressIn(log) {
  return /running server on (127\.0\.0\.1:\d+)/.exec(readFileSync(log, 'utf8'))?.[1];
}
