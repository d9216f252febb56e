import { type ClientRequest } from 'node:http';
import { type Readable } from 'node:stream';

import { releaseBuffer } from '@nx-oci/model';

/** Code of the error where the content is not as long as was announced. */
export const WRONG_LENGTH_CODE = 'ERR_OCI_WRONG_LENGTH';

/**
 * Sends a stream as the body of a request, at the pace of the connection, and ends the request with it.
 *
 * Not by `pipe`: it knows neither how much was announced nor that an answer which comes early makes the rest superfluous.
 *
 * @param sizeBytes that were announced; another length ends the request before the server could take the content for whole.
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
    // Most pieces are with the system at once, and then there is nothing to wait for, whatever `write` says.
    else if (!outgoing.write(chunk, (error) => error ?? releaseBuffer(chunk)) && outgoing.writableLength > 0) body.pause();
  });
  outgoing.on('drain', () => body.resume());
  body.once('end', () => {
    if (sentBytes === sizeBytes) outgoing.end();
    else outgoing.destroy(wrongLength());
  });
  body.once('error', (error) => outgoing.destroy(error));
  body.once('close', () => {
    // After an answer nobody wants the rest, and whoever opened the content has closed it.
    if (!body.readableEnded && !isAnswered)
      outgoing.destroy(Object.assign(new Error('The content broke off.'), { code: 'ERR_STREAM_PREMATURE_CLOSE' }));
  });
}

function wrongLength(): Error {
  return Object.assign(new Error('The content is not as long as was announced.'), { code: WRONG_LENGTH_CODE });
}
