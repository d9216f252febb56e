import { OciError } from '../errors/oci-error';

/**
 * Reads a body to its end, or fails once it is longer than allowed; the stream is destroyed then.
 *
 * @param limitBytes the longest body that is taken.
 * @param what the body, for the message: "the token of registry.example.com".
 * @throws OciError `BODY_TOO_LARGE`, and whatever the stream fails with.
 */
export async function readLimited(stream: AsyncIterable<Uint8Array>, limitBytes: number, what: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  // Leaving the loop by a throw ends the iteration, which destroys a Node stream.
  for await (const chunk of stream) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > limitBytes) {
      throw new OciError('BODY_TOO_LARGE', `Cannot read ${what}: it has more than ${limitBytes} bytes.`, {
        hint: 'Nothing that long is expected here: check that the address is that of a registry.',
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, sizeBytes);
}
