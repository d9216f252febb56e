import { type ClientRequest } from 'node:http';
import { type Readable } from 'node:stream';

import { releaseBuffer } from '@nx-oci/model';

/** Error code: the length of the content differs from the announced one. */
export const WRONG_LENGTH_CODE = 'ERR_OCI_WRONG_LENGTH';

/**
 * Sends a stream as the body of a request, at the pace of the connection, then ends the request.
 *
 * Not with `pipe`, which neither checks the announced length nor stops at an early answer.
 *
 * @param sizeBytes the announced length; with another length, the request is aborted before the server could accept it.
 */
export function sendStream(body: Readable, outgoing: ClientRequest, sizeBytes: number): void {
  let sentBytes = 0;
  let isAnswered = false;
  outgoing.once('response', () => {
    isAnswered = true;
  });
  body.on('data', (chunk: Uint8Array) => {
    sentBytes += chunk.byteLength;
    if (sentBytes > sizeBytes) outgoing.destroy(wrongLength());
    // Most chunks are handed to the system at once; then there is nothing to wait for, whatever `write` returns.
    else if (!outgoing.write(chunk, (error) => error ?? releaseBuffer(chunk)) && outgoing.writableLength > 0) body.pause();
  });
  outgoing.on('drain', () => body.resume());
  body.once('end', () => {
    if (sentBytes === sizeBytes) outgoing.end();
    else outgoing.destroy(wrongLength());
  });
  body.once('error', (error) => outgoing.destroy(error));
  body.once('close', () => {
    // After an answer the rest is not needed, and its opener has closed the content.
    if (!body.readableEnded && !isAnswered)
      outgoing.destroy(Object.assign(new Error('The content ended early.'), { code: 'ERR_STREAM_PREMATURE_CLOSE' }));
  });
}

function wrongLength(): Error {
  return Object.assign(new Error('The length of the content differs from the announced one.'), { code: WRONG_LENGTH_CODE });
}
