import { Agent, type ClientRequestArgs } from 'node:http';
import { connect, type NetConnectOpts, type Socket } from 'node:net';

// Node reads 64 KiB at a time. Each read costs several turns of JavaScript, which for a blob over a fast network come to more
// than its digest does. Larger pieces than these gain little, and all of them wait in memory together.
const READ_BYTES = 256 * 1024;

/**
 * Keeps connections as Node's agent does, and reads from them in large pieces.
 *
 * A connection reads into memory of its own, all its life. The parser of HTTP copies what is content out of it, so that
 * nobody else ever holds a piece of that memory; what is never filled is never taken from the system.
 */
export class WideAgent extends Agent {
  constructor() {
    super({ keepAlive: true });
  }

  override createConnection(options: ClientRequestArgs): Socket {
    const onread = {
      buffer: Buffer.allocUnsafeSlow(READ_BYTES),
      // With `onread` a socket has no stream of its own any more; the client of HTTP listens for the same event.
      callback: (length: number, bytes: Uint8Array): boolean => {
        socket.emit('data', bytes.subarray(0, length));
        return true;
      },
    };
    const socket = connect({ ...(options as NetConnectOpts), onread });
    return socket;
  }
}
