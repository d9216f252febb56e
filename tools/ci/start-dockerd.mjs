import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { ask } from './ask.mjs';
import { addBridge } from './docker-bridge.mjs';
import { notReady } from './not-ready.mjs';
import { isOwn, startDetached } from './own-process.mjs';
import { requireTool } from './tools.mjs';
import { waitUntil } from './wait-until.mjs';

const readyMs = 90_000;

/** A socket's path may have 107 characters, and the engine's own sockets are in deeper folders than ours. */
const maxSocketFolderLength = 55;

/**
 * Starts a Docker Engine with one of its two image stores, apart from any other engine on this machine.
 *
 * @param {{ name: string, store: 'classic' | 'containerd' }} wanted
 * @param {string} folder
 * @param {(server: import('./servers-file.mjs').Server) => void} started called as soon as there is something to stop
 * @returns {Promise<import('./servers-file.mjs').Server>}
 */
export async function startDockerd({ name, store }, folder, started) {
  const program = requireTool(store === 'containerd' ? 'dockerd-containerd' : 'dockerd');
  if (process.getuid?.() !== 0) throw new Error(`Cannot start ${name}: dockerd needs root.`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const socketFolder = folder.length <= maxSocketFolderLength ? folder : mkdtempSync(join(tmpdir(), 'nx-oci-'));
  const bridge = await addBridge(folder);
  const dockerHost = `unix://${socketFolder}/d.sock`;
  const configFile = join(folder, 'daemon.json');
  writeFileSync(configFile, JSON.stringify(configuration({ folder, socketFolder, bridge, dockerHost, store }), null, 2));
  const log = join(folder, 'log');
  const args = ['--config-file', configFile, '--containerd-namespace', bridge, '--containerd-plugins-namespace', `plugins-${bridge}`];
  const pid = await startDetached({ program, args, log, env: environment(store) }); // namespaces: dockerd uses the machine's own containerd, if there is one
  const server = { name, kind: 'docker', version: 'unknown', dockerHost, pid, folder, log, docker: { socketFolder, bridge } };
  started(server);
  const isSettled = async () => (await versionOfDocker(server)) !== undefined || !isOwn(pid, folder);
  await waitUntil(isSettled, readyMs);
  const version = await versionOfDocker(server);
  if (version !== undefined) return { ...server, version };
  throw notReady(server, readyMs);
}

/**
 * @param {import('./servers-file.mjs').Server} server
 * @returns {Promise<string | undefined>} undefined when the engine does not answer
 */
export async function versionOfDocker({ dockerHost }) {
  const { status, text } = await ask({ socketPath: dockerHost.replace('unix://', '') }, '/version');
  return status === 200 ? JSON.parse(text).Version : undefined;
}

/**
 * A newer engine needs a newer containerd, and the programs beside both, before those of the machine.
 *
 * @param {'classic' | 'containerd'} store
 */
function environment(store) {
  if (store === 'classic') return {};
  const folders = ['dockerd-containerd', 'containerd'].map((tool) => dirname(requireTool(tool)));
  return { PATH: [...folders, process.env.PATH ?? ''].join(delimiter) };
}

/** @param {{ folder: string, socketFolder: string, bridge: string, dockerHost: string, store: string }} folders */
function configuration({ folder, socketFolder, bridge, dockerHost, store }) {
  return {
    'data-root': join(folder, 'data'),
    'exec-root': join(socketFolder, 'exec'),
    pidfile: join(folder, 'pid'),
    hosts: [dockerHost],
    group: 'root',
    bridge,
    features: { 'containerd-snapshotter': store === 'containerd' }, // whatever the version's default
    'shutdown-timeout': 5,
  };
}
