import { createHash, randomBytes } from 'node:crypto';
import { type IncomingMessage, request, type RequestListener } from 'node:http';
import { type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { closeAfterEach } from '../testing/close-after-each';
import { listen } from '../testing/listen';
import { LargeReadAgent } from './large-read-agent';

const MIB = 1024 * 1024;
const CONTENT = randomBytes(8 * MIB);

/** Sends a request to one server, always through the same agent. */
async function connectTo(listener: RequestListener): Promise<() => Promise<IncomingMessage>> {
  const { host } = await listen(listener);
  const agent = new LargeReadAgent();
  closeAfterEach({
    close: () => {
      agent.destroy();
      return Promise.resolve();
    },
  });
  return () => new Promise((resolve, reject) => request(`http://${host}/`, { agent }, resolve).once('error', reject).end());
}

async function read(answer: IncomingMessage): Promise<{ readonly digest: string; readonly largest: number }> {
  const hash = createHash('sha256');
  let largest = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    hash.update(piece);
    largest = Math.max(largest, piece.byteLength);
  }
  return { digest: hash.digest('hex'), largest };
}

const DIGEST = createHash('sha256').update(CONTENT).digest('hex');

describe('a connection with large reads', () => {
  it('returns the sent content in larger chunks than Node', async () => {
    const ask = await connectTo((_, response) => void response.end(CONTENT));
    const { digest, largest } = await read(await ask());
    expect(digest).toBe(DIGEST);
    expect(largest).toBeGreaterThan(64 * 1024);
  });

  it('is reused, and does not change chunks of earlier answers', async () => {
    const sockets = new Set<Socket>();
    const answers = ['first', 'second'];
    const ask = await connectTo((incoming, response) => {
      sockets.add(incoming.socket);
      response.end(answers.shift()?.repeat(1000));
    });
    const first = await (await ask()).toArray();
    const second = await (await ask()).toArray();
    expect(Buffer.concat(first as Buffer[]).toString()).toBe('first'.repeat(1000));
    expect(Buffer.concat(second as Buffer[]).toString()).toBe('second'.repeat(1000));
    expect(sockets.size).toBe(1);
  });

  it('reads no faster than its reader', async () => {
    let sentBytes = 0;
    const ask = await connectTo((_, response) => {
      const send = (): void => {
        while (!response.destroyed && response.write(CONTENT)) sentBytes += CONTENT.byteLength;
      };
      response.on('drain', send);
      send();
    });
    const answer = await ask();
    answer.once('error', () => undefined);
    await sleep(200);
    const held = answer.readableLength;
    await sleep(200);
    expect(answer.readableLength).toBe(held);
    expect(held).toBeLessThan(MIB);
    expect(sentBytes).toBeLessThan(4 * CONTENT.byteLength);
    answer.destroy();
  });

  it('fails when the server closes it', async () => {
    const ask = await connectTo((_, response) => {
      response.writeHead(200, { 'content-length': CONTENT.byteLength });
      response.write(CONTENT.subarray(0, MIB), () => response.destroy());
    });
    await expect(read(await ask())).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});
