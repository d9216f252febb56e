import { type Readable } from 'node:stream';

/**
 * Reads at most `limitBytes` of a body and drops the rest with its connection.
 * For bodies of which the beginning is enough; where all of it is needed, an excess is an error (`readLimited`).
 * A body that breaks is worth what arrived.
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
    // The status of this answer is known already, and that is what it will be judged by.
  }
  return Buffer.concat(chunks).subarray(0, limitBytes);
}
