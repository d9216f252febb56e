import { type Readable } from 'node:stream';

import { finishUploadUrl } from '../host/endpoints';
import { failureOf, type RepositoryContext, sendFrom } from '../requests/repository-context';
import { FailedAttempt } from '../attempts/failed-attempt';
import { confirmUpload } from './confirm-upload';
import { type OpenUpload } from './upload-session';
import { type Upload } from './upload';
import { isSuccess, sessionOf, type UploadSession } from './upload-session';

/** Chunks are held in memory, two for each upload that is under way. */
const MAX_CHUNK_BYTES = 64 * 1024 * 1024;

/** The registry has all chunks but the last, and does not take the end that it was offered. */
export class RefusedEnd extends FailedAttempt {}

export interface ChunkedUpload extends OpenUpload {
  /** Of one chunk; a registry that demands larger ones gets those. */
  readonly atMostBytes: number;
  /** The last chunk goes by itself, and the upload is ended by a request without content. */
  readonly endsEmpty: boolean;
}

/**
 * Sends a blob piece by piece: PATCH for each, and PUT with the last.
 *
 * What the registry says about how much it has (`Range`) is not looked at: some never change it, some name the chunk alone. The
 * digest decides in the end.
 *
 * @throws FailedAttempt, RefusedEnd
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-a-blob-in-chunks
 */
export async function sendInChunks(context: RepositoryContext, { descriptor, open }: Upload, upload: ChunkedUpload): Promise<void> {
  const { session, signal, atMostBytes, endsEmpty } = upload;
  const chunkBytes = Math.max(atMostBytes, session.leastChunkBytes);
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
  /** Where it begins. */
  readonly first: number;
  readonly bytes: Buffer;
}

function headersOf({ first, bytes }: Chunk): Readonly<Record<string, string>> {
  if (bytes.byteLength === 0) return {};
  return { 'content-type': 'application/octet-stream', 'content-range': `${first}-${first + bytes.byteLength - 1}` };
}

/** @returns where the next one goes: the address may change with each answer. */
async function sendChunk(context: RepositoryContext, chunk: Chunk): Promise<UploadSession> {
  const { session, signal, bytes } = chunk;
  const body = { kind: 'bytes', bytes } as const;
  const request = { url: session.url, headers: headersOf(chunk), body, action: 'push', isTransfer: true, signal } as const;
  const answer = await sendFrom(context, { ...request, method: 'PATCH' });
  if (isSuccess(answer)) return sessionOf(context, answer, session);
  throw outOfStep(context, await failureOf(context, answer));
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

/** For a 416 that is not about size the operation begins anew: the registry has something else in this session than was sent. */
export function outOfStep({ host }: RepositoryContext, failure: FailedAttempt): FailedAttempt {
  const { outcome, code, happened } = failure.details;
  if (outcome.kind !== 'answer' || outcome.status !== 416 || code === 'BODY_TOO_LARGE') return failure;
  return new FailedAttempt({
    ...failure.details,
    outcome: { kind: 'broken', phase: 'transfer' },
    happened: `${host.name} has another part of the upload than was sent; ${happened}`,
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
    outcome: { kind: 'broken', phase: 'hopeless' },
    code: 'REGISTRY_FAILED',
    happened: `${host.name} does not take it whole, and wants chunks of at least ${leastBytes} bytes`,
    hint: 'Raise the limit of the registry or of the proxy in front of it (nginx: client_max_body_size).',
  });
}
