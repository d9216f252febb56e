import { type Readable } from 'node:stream';

import { type Descriptor, OciError, shortDigest, type TransferOptions } from '@nx-oci/model';

import { blobUrl } from '../host/endpoints';
import { failureOf, operate, fullNameOf, type RepositoryContext, sendFrom } from '../requests/repository-context';
import { CheckedContent } from '../transport/checked-content';
import { describeConnectionFailure } from '../attempts/connection-failure';
import { FailedAttempt } from '../attempts/failed-attempt';
import { dropBody, headerOf, type RegistryAnswer } from '../transport/request';

/**
 * Opens a blob; the stream fails with an `OciError` if the content does not match the descriptor.
 *
 * If the connection breaks, the download resumes at the last byte, or restarts if the registry does not support ranges.
 * Opening and resuming are one operation: its attempts are counted together.
 *
 * @throws OciError `NOT_FOUND` if the repository has no such blob.
 */
export function fetchBlob(context: RepositoryContext, descriptor: Descriptor, { signal }: TransferOptions = {}): Promise<Readable> {
  const doing = `fetch ${shortDigest(descriptor.digest)} from ${fullNameOf(context)}`;
  const download = new BlobDownload(context, descriptor, doing);
  // When the reader closes the stream early, neither a connection nor a wait for the next attempt may remain.
  const closed = new AbortController();
  download.content.once('close', () => closed.abort());
  const either = signal === undefined ? closed.signal : AbortSignal.any([signal, closed.signal]);
  return new Promise((resolve, reject) => {
    const attempt = async (stop: AbortSignal | undefined): Promise<void> => {
      const deliver = await download.open(stop);
      resolve(download.content);
      await deliver();
    };
    operate(context, { doing, signal: either }, attempt).catch((error: unknown) => {
      const failure = error instanceof Error ? error : new Error(String(error));
      reject(failure);
      // An existing reader learns of it through the stream.
      download.content.destroy(failure);
    });
  });
}

/** Writes the content of one answer into the stream, to its end. */
type Delivery = () => Promise<void>;

/** The download of one blob, over all attempts. */
class BlobDownload {
  /** For the reader. */
  readonly content;
  #deliveredBytes = 0;
  #isRangeTrusted = true;

  constructor(
    private readonly context: RepositoryContext,
    private readonly descriptor: Descriptor,
    private readonly doing: string,
  ) {
    this.content = new CheckedContent(descriptor);
  }

  /** Requests the missing part. @throws FailedAttempt, OciError */
  async open(signal: AbortSignal | undefined): Promise<Delivery> {
    const { host, repository } = this.context;
    const first = this.#isRangeTrusted ? this.#deliveredBytes : 0;
    // Broken after the last byte: no range begins there.
    if (first > 0 && first === this.descriptor.size) return () => this.#end();
    const url = blobUrl(host.origin, repository, this.descriptor.digest);
    // A compressed body would have another digest.
    const headers = { 'accept-encoding': 'identity', ...(first > 0 && { range: `bytes=${first}-` }) };
    const answer = await sendFrom(this.context, { method: 'GET', url, headers, action: 'pull', isTransfer: true, signal });
    if (answer.status === 200) return () => this.#deliver(answer, this.#deliveredBytes);
    if (first === 0 || (answer.status !== 206 && answer.status !== 416)) throw await failureOf(this.context, answer);
    if (answer.status === 206 && isRestFrom(first, this.descriptor.size, headerOf(answer, 'content-range'))) {
      return () => this.#deliver(answer, 0);
    }
    await dropBody(answer);
    this.#isRangeTrusted = false;
    throw otherPart(url, first);
  }

  #end(): Promise<void> {
    this.content.finish();
    return Promise.resolve();
  }

  /** @param known how many bytes at the beginning of the answer were already delivered. */
  #deliver({ body, url }: RegistryAnswer, known: number): Promise<void> {
    const { content } = this;
    let toDrop = known;
    return new Promise((resolve, reject) => {
      body.on('error', (error: Error) => {
        // The missing part is requested again.
        body.removeAllListeners('data');
        const brokeOff = new OciError('REGISTRY_UNREACHABLE', `Cannot ${this.doing}: ${url.host} closed the connection.`, { cause: error });
        reject(describeConnectionFailure(error, url) ?? brokeOff);
      });
      body.on('data', (chunk: Uint8Array) => {
        const piece = toDrop === 0 ? chunk : chunk.subarray(Math.min(toDrop, chunk.byteLength));
        toDrop -= chunk.byteLength - piece.byteLength;
        this.#deliveredBytes += piece.byteLength;
        content.accept(piece);
      });
      body.on('end', () => {
        content.finish();
        resolve();
      });
      content.on('close', () => {
        body.destroy();
        resolve();
      });
      content.takeFrom(body);
    });
  }
}

/** @see https://www.rfc-editor.org/rfc/rfc9110#section-14.4 */
function isRestFrom(first: number, size: number, contentRange = ''): boolean {
  const rest = `bytes ${first}-${size - 1}/`;
  return contentRange === `${rest}${size}` || contentRange === `${rest}*`;
}

function otherPart(url: URL, first: number): FailedAttempt {
  const happened = `${url.host} sent another range than the one from byte ${first}`;
  return new FailedAttempt({ outcome: { kind: 'broken', phase: 'transfer' }, code: 'REGISTRY_FAILED', happened });
}
