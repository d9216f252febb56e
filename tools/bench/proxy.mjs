import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { Bearer } from './bearer.mjs';
import { Failures } from './failures.mjs';

/**
 * @typedef {object} Counted what a client cost since `start`
 * @property {number} requests all of them, 401s and tokens too
 * @property {number} refused answered with 401
 * @property {number} tokens
 * @property {number} connections
 * @property {number} bytesUp from the client, headers too
 * @property {number} bytesDown
 *
 * @typedef {object} Trouble
 * @property {boolean} [isTls]
 * @property {boolean} [isFailing] see `Failures`
 * @property {number} [tokenDelayMs] added to requests to the token service only
 * @property {number} [linkBytesPerSecond] of the client, over all proxies of a run
 */

/**
 * A proxy of a registry that requires a bearer token, delays every request, and counts. Each one listens on its own port, so that
 * no client has seen it before.
 *
 * @param {string} upstream `host:port` of a registry that speaks plain HTTP and asks for no login
 * @param {Trouble & { certificate: { cert: string, key: string }, link?: ReturnType<typeof import('./link.mjs').createLink> }} options
 */
export async function startProxy(upstream, { isTls = false, isFailing = false, tokenDelayMs = 0, certificate, link }) {
  const [hostname, port] = upstream.split(':');
  const agent = new Agent({ keepAlive: true });
  const bearer = new Bearer(isTls ? 'https' : 'http');
  const failures = isFailing ? new Failures() : undefined;
  const sockets = new Set();
  const sum = (name) => [...sockets].reduce((total, socket) => total + socket[name], 0);
  let delayMs = 0;
  let count = { requests: 0, refused: 0, tokens: 0 };

  const listener = (incoming, outgoing) => {
    count.requests++;
    const isToken = incoming.url.startsWith('/token');
    setTimeout(() => answer(incoming, outgoing), delayMs + (isToken ? tokenDelayMs : 0));
  };
  const server = isTls ? createTlsServer(certificate, listener) : createServer(listener);
  // Remembers every connection until `start`, open or closed: its bytes count.
  server.on('connection', (socket) => sockets.add(socket.setNoDelay()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${server.address().port}`;

  function answer(incoming, outgoing) {
    const url = new URL(incoming.url, `http://${host}`);
    if (url.pathname === '/token') {
      count.tokens++;
      return sendJson(outgoing, 200, bearer.issue(url));
    }
    const challenge = bearer.challenge(incoming.method, url, incoming.headers.authorization);
    if (challenge !== undefined) {
      count.refused++;
      incoming.resume();
      return sendJson(outgoing.setHeader('www-authenticate', challenge), 401, { errors: [{ code: 'UNAUTHORIZED' }] });
    }
    if (failures?.strike(incoming, outgoing)) return undefined;
    return pass(incoming, outgoing, { hostname, port, agent, isTls, link });
  }

  return {
    host,
    /** Resets the counts, and delays requests from now on. @param {number} ms */
    start(ms) {
      delayMs = ms;
      count = { requests: 0, refused: 0, tokens: 0 };
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    },
    /** @returns {Counted} */
    counted: () => ({ ...count, connections: sockets.size, bytesUp: sum('bytesRead'), bytesDown: sum('bytesWritten') }),
    async stop() {
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await once(server, 'close');
    },
  };
}

function pass(incoming, outgoing, { isTls, link, ...upstream }) {
  // The header `host` stays the proxy's: the registry builds upload URLs from it.
  const { method, url: path } = incoming;
  const headers = isTls ? { ...incoming.headers, 'x-forwarded-proto': 'https' } : incoming.headers;
  const onward = request({ ...upstream, method, path, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode, answer.rawHeaders);
    (link === undefined ? answer : answer.pipe(link.down())).pipe(outgoing);
  });
  onward.once('error', () => outgoing.destroy());
  incoming.once('error', () => onward.destroy());
  (link === undefined ? incoming : incoming.pipe(link.up())).pipe(onward);
}

function sendJson(outgoing, status, body) {
  outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
