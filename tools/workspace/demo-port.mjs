import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const USUAL_PORT = 5080;
const PATIENCE_MS = 60_000;

/** The port of the demo's registry: what NX_OCI_PORT says, else the usual one, else any that is free. */
export async function choosePort() {
  if (process.env.NX_OCI_PORT) return Number(process.env.NX_OCI_PORT);
  return (await tryPort(USUAL_PORT)) ?? (await tryPort(0));
}

/** Whether a registry listens before its process ends or a minute is over. */
export async function waitForRegistry(port, registry) {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end && registry.exitCode === null; await sleep(100)) {
    if (await isListening(port)) return true;
  }
  return false;
}

function tryPort(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const { port: found } = server.address();
      server.close(() => resolve(found));
    });
  });
}

function isListening(port) {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
