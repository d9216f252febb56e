import { type Readable } from 'node:stream';

import { finishUploadUrl } from '../host/endpoints';
import { failureOf, type RepositoryContext, sendFrom } from '../requests/repository-context';
import { FailedAttempt } from '../attempts/failed-attempt';
import { confirmUpload } from './confirm-upload';
import { type OpenUpload } from './upload-session';
import { type Upload } from './upload';
import { isSuccess, sessionOf, type UploadSession } from './upload-session';

/** Chunks are held in memory, two for each running upload. */
const MAX_CHUNK_BYTES = 64 * 1024 * 1024;

/** The registry has all chunks but the last, and refused the request that should end the upload. */
export class RefusedEnd extends FailedAttempt {}

export interface ChunkedUpload extends OpenUpload {
  /** Of one chunk; larger if the registry requires it. */
  readonly maxChunkBytes: number;
  /** The last chunk is sent separately, and an empty request ends the upload. */
  readonly endsEmpty: boolean;
}

/**
 * Sends a blob in chunks: PATCH for each, and PUT with the last.
 *
 * Ignores the `Range` of the registry's answers: some never change it, some name the last chunk only. The digest decides in
 * the end.
 *
 * @throws FailedAttempt, RefusedEnd
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-a-blob-in-chunks
 */
export async function sendInChunks(context: RepositoryContext, { descriptor, open }: Upload, upload: ChunkedUpload): Promise<void> {
  const { session, signal, maxChunkBytes, endsEmpty } = upload;
  const chunkBytes = Math.max(maxChunkBytes, session.leastChunkBytes);
  if (chunkBytes > MAX_CHUNK_BYTES) throw refuseSize(context, session.leastChunkBytes);
  let next = session;
  let first = 0;
  let last: Buffer = Buffer.alloc(0);
  for await (const bytes of cutIntoChunks(await open(), chunkBytes)) {
    const isDue = endsEmpty || first + bytes.byteLength < descriptor.size;
    if (!isDue) {
      last = bytes;
      continue;
    }
    next = await sendChunk(context, { session: next, signal, first, bytes });
    first += bytes.byteLength;
  }
  await end(context, { descriptor, open }, { session: next, signal, first, bytes: last });
}

interface Chunk extends OpenUpload {
  /** The offset of its first byte. */
  readonly first: number;
  readonly bytes: Buffer;
}

function headersOf({ first, bytes }: Chunk): Readonly<Record<string, string>> {
  if (bytes.byteLength === 0) return {};
  return { 'content-type': 'application/octet-stream', 'content-range': `${first}-${first + bytes.byteLength - 1}` };
}

/** @returns the session for the next chunk: its URL may change with each answer. */
async function sendChunk(context: RepositoryContext, chunk: Chunk): Promise<UploadSession> {
  const { session, signal, bytes } = chunk;
  const body = { kind: 'bytes', bytes } as const;
  const request = { url: session.url, headers: headersOf(chunk), body, action: 'push', isTransfer: true, signal } as const;
  const answer = await sendFrom(context, { ...request, method: 'PATCH' });
  if (isSuccess(answer)) return sessionOf(context, answer, session);
  throw describeRangeMismatch(context, await failureOf(context, answer));
}

async function end(context: RepositoryContext, { descriptor }: Upload, chunk: Chunk): Promise<void> {
  const { session, signal, bytes } = chunk;
  const body = { kind: 'bytes', bytes } as const;
  const url = finishUploadUrl(session.url, descriptor.digest);
  const commit = { isTransfer: true, answerTimeoutMs: context.host.commitTimeoutMs };
  const answer = await sendFrom(context, { method: 'PUT', url, headers: headersOf(chunk), body, action: 'push', signal, ...commit });
  if (answer.status < 400 || answer.status >= 500) return confirmUpload(context, descriptor, { answer, isInParts: true, signal });
  throw new RefusedEnd((await failureOf(context, answer)).details);
}

/** After a 416 that is not about size, the operation starts again: the session has other content than was sent. */
export function describeRangeMismatch({ host }: RepositoryContext, failure: FailedAttempt): FailedAttempt {
  const { outcome, code, happened } = failure.details;
  if (outcome.kind !== 'answer' || outcome.status !== 416 || code === 'BODY_TOO_LARGE') return failure;
  return new FailedAttempt({
    ...failure.details,
    outcome: { kind: 'broken', phase: 'transfer' },
    happened: `${host.name} has other content in the upload than was sent; ${happened}`,
  });
}

async function* cutIntoChunks(content: Readable, chunkBytes: number): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of content as AsyncIterable<Buffer>) {
    let rest = piece;
    while (size + rest.byteLength >= chunkBytes) {
      const cut = chunkBytes - size;
      yield Buffer.concat([...pieces, rest.subarray(0, cut)]);
      [pieces, size, rest] = [[], 0, rest.subarray(cut)];
    }
    if (rest.byteLength > 0) pieces.push(rest);
    size += rest.byteLength;
  }
  if (size > 0) yield Buffer.concat(pieces);
}

function refuseSize({ host }: RepositoryContext, leastBytes: number): FailedAttempt {
  return new FailedAttempt({
    outcome: { kind: 'broken', phase: 'permanent' },
    code: 'REGISTRY_FAILED',
    happened: `${host.name} refuses it as a whole, and requires chunks of at least ${leastBytes} bytes`,
    hint: 'Raise the limit of the registry or of the proxy in front of it (nginx: client_max_body_size).',
  });
}
