import { join } from 'node:path';
import { endOwn } from '../ci/own-process.mjs';
import { startDistribution } from '../ci/start-distribution.mjs';
import { startToxiproxy } from '../ci/start-toxiproxy.mjs';

/**
 * The faults of connections, each with its own probability (`toxicity` is the share of connections). Byte limits apply to a
 * connection, which serves many requests.
 *
 * @see https://github.com/Shopify/toxiproxy/blob/v2.5.0/README.md#toxics
 */
const TOXICS = [
  { type: 'latency', stream: 'downstream', toxicity: 1, attributes: { latency: 8, jitter: 8 } },
  { type: 'reset_peer', stream: 'upstream', toxicity: 0.04, attributes: { timeout: 60 } },
  { type: 'reset_peer', stream: 'downstream', toxicity: 0.04, attributes: { timeout: 120 } },
  { type: 'limit_data', stream: 'upstream', toxicity: 0.06, attributes: { bytes: 150_000 } },
  { type: 'limit_data', stream: 'downstream', toxicity: 0.06, attributes: { bytes: 60_000 } },
  { type: 'slow_close', stream: 'downstream', toxicity: 0.2, attributes: { delay: 300 } },
];

/**
 * Real registries (distribution 3) behind toxiproxy, which breaks the TCP connections to them.
 *
 * @param {{ seed: number, names: readonly string[], folder: string }} wanted
 * @returns {Promise<import('./faulty-registries.mjs').FaultyRegistries>}
 */
export async function startToxic({ seed, names, folder }) {
  const servers = [];
  const proxy = await startToxiproxy(seed);
  const stop = async () => {
    await proxy.stop();
    for (const server of servers) await endOwn(server.pid, server.folder);
  };
  try {
    const registries = [];
    for (const name of names) {
      const { host } = await startDistribution({ name, kind: 'distribution-3', login: false }, join(folder, name), (server) =>
        servers.push(server),
      );
      registries.push({ name, host: await proxy.lead(name, host, TOXICS), cleanHost: host });
    }
    const title = `distribution ${servers[0].version} behind toxiproxy`;
    return { title, registries, hits: () => new Map(), requests: () => undefined, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
