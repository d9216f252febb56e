import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A proxy of a registry with the upload speed of a home connection; responses are not delayed. */
export interface SlowProxy {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  stop(): Promise<void>;
}

const TICK_MS = 50;

/** @param upstream `host:port`. @param bytesPerSecond over all connections together. */
export async function startSlowProxy(upstream: string, bytesPerSecond: number): Promise<SlowProxy> {
  const perTick = (bytesPerSecond * TICK_MS) / 1000;
  const waiting: (() => number)[] = [];
  let allowance = 0;
  const timer = setInterval(() => {
    allowance = Math.min(allowance + perTick, perTick);
    for (let pass = waiting.shift(); pass !== undefined; pass = allowance > 0 ? waiting.shift() : undefined) allowance -= pass();
  }, TICK_MS);

  const sockets = new Set<Socket>();
  const [host, port] = upstream.split(':');
  const server = createServer((near) => {
    const far = connect(Number(port), host);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket)).on('error', () => [near, far].forEach((one) => one.destroy()));
    }
    far.pipe(near);
    near.on('data', (chunk) => {
      near.pause();
      waiting.push(() => {
        far.write(chunk);
        near.resume();
        return chunk.length;
      });
    });
    near.on('end', () => far.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      clearInterval(timer);
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
