import { type Readable } from 'node:stream';

/**
 * Reads at most `limitBytes` of a body and closes the connection if there is more. For bodies whose beginning is enough;
 * `readLimited` fails instead. A broken body is returned as far as it was received.
 */
export async function readBounded(body: Readable, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= limitBytes) break;
    }
  } catch {
    // The status of this answer is known, and decides.
  }
  return Buffer.concat(chunks).subarray(0, limitBytes);
}
