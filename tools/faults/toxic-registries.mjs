import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createServer } from 'node:net';
import { endOwn } from '../ci/own-process.mjs';
import { startDistribution } from '../ci/start-distribution.mjs';
import { requireTool } from '../ci/tools.mjs';
import { waitUntil } from '../ci/wait-until.mjs';

/**
 * What strikes connections, each by its own dice (`toxicity` is the share of connections). Bytes are those of a connection,
 * which serves many requests.
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
 * @returns {Promise<import('./trouble.mjs').TroubledRegistries>}
 */
export async function startToxic({ seed, names, folder }) {
  const servers = [];
  const proxy = await startToxiproxy(seed);
  const stop = async () => {
    proxy.child.kill('SIGTERM');
    await once(proxy.child, 'exit');
    for (const server of servers) await endOwn(server.pid, server.folder);
  };
  try {
    const registries = [];
    for (const name of names) {
      const { host } = await startDistribution({ name, kind: 'distribution-3', login: false }, join(folder, name), (server) =>
        servers.push(server),
      );
      registries.push({ name, host: await proxy.lead(name, host), cleanHost: host });
    }
    const title = `distribution ${servers[0].version} behind toxiproxy`;
    return { title, registries, hits: () => new Map(), requests: () => undefined, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startToxiproxy(seed) {
  const port = await findFreePort();
  const child = spawn(requireTool('toxiproxy'), ['-host', '127.0.0.1', '-port', String(port), '-seed', String(seed)], {
    stdio: 'ignore',
    env: { ...process.env, LOG_LEVEL: 'fatal' },
  });
  const api = `http://127.0.0.1:${port}`;
  const answers = () =>
    fetch(`${api}/version`).then(
      ({ ok }) => ok,
      () => false,
    );
  if (!(await waitUntil(answers, 20_000))) throw new Error('toxiproxy does not answer.');
  const post = async (path, body) => {
    const answer = await fetch(`${api}${path}`, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`toxiproxy answered ${answer.status} to ${path}: ${await answer.text()}`);
    return answer.json();
  };
  /** @returns {Promise<string>} where the troubled way to `upstream` begins */
  const lead = async (name, upstream) => {
    const { listen } = await post('/proxies', { name, listen: '127.0.0.1:0', upstream });
    for (const toxic of TOXICS) await post(`/proxies/${name}/toxics`, { name: `${toxic.type}-${toxic.stream}`, ...toxic });
    return listen;
  };
  return { child, lead };
}

/** toxiproxy does not tell which port it took when it may take any. */
async function findFreePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
