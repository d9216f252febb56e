import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ask } from './ask.mjs';
import { removeBridge } from './docker-bridge.mjs';
import { endAtOnce, endOwn, serverProcessesIn } from './own-process.mjs';
import { lastLines, runProgram } from './run-program.mjs';

/**
 * Ends one server that start.mjs started, and removes what it kept: containers first, then the process, then its data.
 *
 * @param {Pick<import('./servers-file.mjs').Server, 'folder'> & Partial<import('./servers-file.mjs').Server>} server
 */
export async function stopServer(server) {
  const folders = [...new Set([server.folder, server.docker?.socketFolder ?? server.socketFolder ?? server.folder])];
  if (server.dockerHost) await removeContainers(server.dockerHost);
  if (server.pid) await endOwn(server.pid, server.folder);
  for (const folder of folders) for (const pid of serverProcessesIn(folder)) await endOwn(pid, folder); // of a killed engine
  killContainersIn(join(server.folder, 'data', 'containers'));
  for (const folder of folders) await unmountBelow(folder);
  if (server.docker) await removeBridge(server.docker.bridge);
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** @param {string} dockerHost */
async function removeContainers(dockerHost) {
  const where = { socketPath: dockerHost.replace('unix://', '') };
  const { status, text } = await ask(where, '/containers/json?all=1');
  if (status !== 200) return; // the engine has ended already
  for (const { Id } of JSON.parse(text)) await ask(where, `/containers/${Id}?force=1&v=1`, { method: 'DELETE' });
}

/**
 * Containers outlive a killed engine; the cgroup of each process contains its container's id.
 *
 * @param {string} folder where the engine keeps one folder for each container
 */
function killContainersIn(folder) {
  const ids = existsSync(folder) ? readdirSync(folder) : [];
  if (ids.length === 0) return;
  for (const pid of readdirSync('/proc').filter(Number)) {
    if (ids.some((id) => cgroupsOf(pid).includes(id))) endAtOnce(Number(pid));
  }
}

/** @param {string} pid */
function cgroupsOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, 'utf8');
  } catch {
    return ''; // it has ended
  }
}

/** @param {string} folder */
async function unmountBelow(folder) {
  const mountPoints = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((path) => path.startsWith(`${folder}/`));
  for (const path of mountPoints.reverse()) {
    const { code, stderr } = await runProgram('umount', ['-l', path]);
    if (code !== 0) throw new Error(`Cannot unmount ${path}: ${lastLines(stderr)}. Unmount it by hand, then remove ${folder}.`);
  }
}
