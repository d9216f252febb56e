import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { serversFile, serversFolder } from './folders.mjs';

/**
 * @typedef {object} Server
 * @property {string} name unique: docker, distribution-2.8, distribution-2.8-login, distribution-3, distribution-3-login, buildkit, buildkit-2
 * @property {'docker' | 'distribution-2.8' | 'distribution-3' | 'buildkit'} kind what NX_OCI_REQUIRE calls it
 * @property {string} version as reported by the server or its package
 * @property {string} [host] `127.0.0.1:PORT`; of a registry: plain HTTP; of a builder: TLS
 * @property {string} [dockerHost] of an engine: `unix:///…`
 * @property {string} [username] if a login is required
 * @property {string} [password] a new one for each start
 * @property {{ ca: string, cert: string, key: string }} [builder] absolute paths of the PEM files that a client of a builder needs
 * @property {number} pid
 * @property {string} folder its data, configuration and log; in the command line of its process
 * @property {string} log
 * @property {string} [socketFolder] what stop must remove besides the folder
 * @property {{ socketFolder: string, bridge: string }} [docker] likewise
 *
 * @typedef {object} Servers
 * @property {Server[]} servers
 * @property {Record<string, string>} tools absolute paths of what is installed
 */

/** @returns {Servers} nothing, when nothing was started */
export function readServers() {
  try {
    return JSON.parse(readFileSync(serversFile, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return { servers: [], tools: {} };
    throw new Error(`Cannot read ${serversFile}: ${error.message}. Remove it, then start again.`, { cause: error });
  }
}

/**
 * Holds passwords: only its owner may read it. Replaced in one step, since tests may be reading.
 *
 * @param {Servers} servers
 */
export function writeServers(servers) {
  mkdirSync(serversFolder, { recursive: true });
  const unfinished = `${serversFile}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(servers, null, 2)}\n`, { mode: 0o600 });
  chmodSync(unfinished, 0o600);
  renameSync(unfinished, serversFile);
}

export function removeServersFile() {
  rmSync(serversFile, { force: true });
}
