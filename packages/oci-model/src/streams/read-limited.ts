import { OciError } from '../errors/oci-error';

/**
 * Reads a body to its end, or fails and destroys the stream once it is longer than allowed.
 *
 * @param limitBytes the longest allowed body.
 * @param what names the body in the message: "the token of registry.example.com".
 * @throws OciError `BODY_TOO_LARGE`, and any error of the stream.
 */
export async function readLimited(stream: AsyncIterable<Uint8Array>, limitBytes: number, what: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  // A throw ends the iteration, which destroys a Node stream.
  for await (const chunk of stream) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > limitBytes) {
      throw new OciError('BODY_TOO_LARGE', `Cannot read ${what}: it has more than ${limitBytes} bytes.`, {
        hint: 'No registry sends so much here: check that the address is that of a registry.',
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, sizeBytes);
}
