import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A remote cache of Nx, as several machines share it. */
export interface RemoteCache {
  /** What a machine needs to use it. */
  readonly env: NodeJS.ProcessEnv;
  /** How many results it has given since the last call. */
  takeHits(): number;
  stop(): Promise<void>;
}

/** @see https://nx.dev/docs/guides/tasks--caching/self-hosted-caching for its API */
export async function startRemoteCache(): Promise<RemoteCache> {
  const results = new Map<string, Buffer>();
  let hits = 0;
  const server = createServer((request, response) => {
    void (async () => {
      const key = request.url ?? '';
      if (request.method === 'PUT') {
        const isNew = !results.has(key);
        const body = await buffer(request);
        if (isNew) results.set(key, body);
        return response.writeHead(isNew ? 200 : 409).end();
      }
      const found = results.get(key);
      if (found === undefined) return response.writeHead(404).end();
      hits += 1;
      return response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(found);
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    env: { NX_SELF_HOSTED_REMOTE_CACHE_SERVER: url, NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: 'token' },
    takeHits: () => {
      const taken = hits;
      hits = 0;
      return taken;
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
