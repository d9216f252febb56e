/**
 * Stops exactly what start.mjs of this clone started, and removes its data.
 *
 *     node tools/ci/stop.mjs [--quiet]
 */
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { commandLineOf, isOwn } from './own-process.mjs';
import { serversFolder } from './folders.mjs';
import { readServers, removeServersFile, writeServers } from './servers-file.mjs';
import { stopServer } from './stop-server.mjs';
import { readOptions } from '../workspace/read-options.mjs';

const values = readOptions('Stops the servers that tools/ci/start.mjs started.', {
  quiet: { type: 'boolean', default: false, help: ' prints failures only' },
});

await withLock(join(serversFolder, 'lock'), stopAll);

async function stopAll() {
  const { servers, tools } = readServers();
  const results = await Promise.allSettled(servers.map(stopOne));
  const failed = results.flatMap(({ status, reason }, index) => (status === 'rejected' ? [{ server: servers[index], reason }] : []));
  if (failed.length === 0) return removeServersFile();
  writeServers({ servers: failed.map(({ server }) => server), tools });
  for (const { server, reason } of failed) console.error(`Cannot stop ${server.name}: ${reason.message}`);
  process.exitCode = 1;
}

/** @param {import('./servers-file.mjs').Server} server */
async function stopOne(server) {
  const command = commandLineOf(server.pid);
  const isForeign = command !== '' && !isOwn(server.pid, server.folder);
  await stopServer(server);
  if (isForeign) say(`gone      ${server.name.padEnd(23)} process ${server.pid} is another program now (${command}): left alone`);
  else say(`stopped   ${server.name}`);
}

/** @param {string} message */
function say(message) {
  if (!values.quiet) console.log(message);
}
