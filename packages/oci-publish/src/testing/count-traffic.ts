import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

/** A way to a server that counts bytes. */
export interface CountedWay {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** Bytes that clients have sent since the last call. */
  readonly takeSentBytes: () => number;
  readonly close: () => Promise<void>;
}

/** Opens a way to a server without TLS. @param target `127.0.0.1:PORT` */
export async function countTraffic(target: string): Promise<CountedWay> {
  const [hostname = '', port = ''] = target.split(':');
  const open = new Set<Socket>();
  let sentBytes = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
      socket.on('error', () => [client, upstream].forEach((one) => one.destroy()));
    }
    client.on('data', (chunk) => (sentBytes += chunk.length));
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    takeSentBytes: () => {
      const taken = sentBytes;
      sentBytes = 0;
      return taken;
    },
    close: () => {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
