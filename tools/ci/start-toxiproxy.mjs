import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { requireTool } from './tools.mjs';
import { waitUntil } from './wait-until.mjs';

/**
 * @typedef {object} Toxiproxy
 * @property {(name: string, upstream: string, toxics: readonly object[]) => Promise<string>} lead opens a way to
 *   `host:port` with such toxics on it, and tells where it begins
 * @property {() => Promise<void>} stop
 *
 * @param {number} seed of its dice
 * @returns {Promise<Toxiproxy>}
 * @see https://github.com/Shopify/toxiproxy/blob/v2.5.0/README.md#toxics
 */
export async function startToxiproxy(seed) {
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
  return {
    async lead(name, upstream, toxics) {
      const { listen } = await post('/proxies', { name, listen: '127.0.0.1:0', upstream });
      for (const toxic of toxics) await post(`/proxies/${name}/toxics`, { name: `${toxic.type}-${toxic.stream}`, ...toxic });
      return listen;
    },
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** toxiproxy does not report the port that it chose itself. */
async function findFreePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
