import { isOciError, readLimited } from '@nx-oci/model';

/** The whole body, or `too-large` as soon as it is longer than the limit. */
export async function readBody(body: AsyncIterable<Uint8Array>, limitBytes: number): Promise<Buffer | 'too-large'> {
  try {
    return await readLimited(body, limitBytes, 'the body of the request');
  } catch (error) {
    if (isOciError(error, 'BODY_TOO_LARGE')) return 'too-large';
    throw error;
  }
}
