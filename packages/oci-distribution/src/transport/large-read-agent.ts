import { Agent, type ClientRequestArgs } from 'node:http';
import { connect, type NetConnectOpts, type Socket } from 'node:net';

// Node reads 64 KiB at a time. Over a fast network, the JavaScript calls for each read cost more than the digest of a blob.
// Larger reads than these gain little, and take more memory.
const READ_BYTES = 256 * 1024;

/**
 * Like Node's agent, but reads from its connections in large chunks.
 *
 * Each connection reads into one buffer of its own. The HTTP parser copies the content out of it, so that nothing else refers
 * to that memory; pages that are never filled are never allocated.
 */
export class LargeReadAgent extends Agent {
  constructor() {
    super({ keepAlive: true });
  }

  override createConnection(options: ClientRequestArgs): Socket {
    const onread = {
      buffer: Buffer.allocUnsafeSlow(READ_BYTES),
      // With `onread`, a socket no longer emits data itself; the HTTP client listens for this event.
      callback: (length: number, bytes: Uint8Array): boolean => {
        socket.emit('data', bytes.subarray(0, length));
        return true;
      },
    };
    const socket = connect({ ...(options as NetConnectOpts), onread });
    return socket;
  }
}
