import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo } from 'node:net';

import { closeAfterEach } from './close-after-each';

/** Listens on a free port of 127.0.0.1 until the end of the spec. @returns `host:port`, and a function to close it earlier. */
export async function listen(listener: RequestListener): Promise<{ readonly host: string; readonly close: () => Promise<void> }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return closeAfterEach({ host: `127.0.0.1:${(server.address() as AddressInfo).port}`, close });
}
