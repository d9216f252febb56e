import { type Readable } from 'node:stream';

import { acceptDigest } from '../accept-digest';
import { finishUploadUrl } from '../endpoints';
import { failureOf, type RepositoryContext, sendFrom } from '../repository-context';
import { FailedAttempt } from '../transport/failed-attempt';
import { headerOf } from '../transport/request';
import { type OpenUpload } from './send-in-session';
import { type Upload } from './upload';
import { COMMIT_TIMEOUT_MS, sessionOf, type UploadSession } from './upload-session';

/** Chunks are held in memory, one for each upload that is under way. */
const MAX_CHUNK_BYTES = 64 * 1024 * 1024;

/**
 * Sends a blob piece by piece: PATCH for each, then an empty PUT.
 *
 * @param atMostBytes of one chunk; a registry that demands larger ones gets those.
 * @throws FailedAttempt
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-a-blob-in-chunks
 */
export async function sendInChunks(
  context: RepositoryContext,
  { descriptor, open }: Upload,
  { session, signal, atMostBytes }: OpenUpload & { readonly atMostBytes: number },
): Promise<void> {
  const chunkBytes = Math.max(atMostBytes, session.leastChunkBytes);
  if (chunkBytes > MAX_CHUNK_BYTES) throw refuseSize(context, session.leastChunkBytes);
  let next = session;
  let first = 0;
  for await (const bytes of cutIntoChunks(await open(), chunkBytes)) {
    next = await sendChunk(context, { session: next, signal, first, bytes });
    first += bytes.byteLength;
  }
  const url = finishUploadUrl(next.url, descriptor.digest);
  const body = { kind: 'bytes', bytes: Buffer.alloc(0) } as const;
  const commit = { isTransfer: true, answerTimeoutMs: COMMIT_TIMEOUT_MS };
  const answer = await sendFrom(context, { method: 'PUT', url, body, action: 'push', signal, ...commit });
  if (answer.status < 200 || answer.status > 204 || answer.status === 202) throw await failureOf(context, answer);
  await acceptDigest(answer, descriptor);
}

interface Chunk extends OpenUpload {
  /** Where it begins. */
  readonly first: number;
  readonly bytes: Buffer;
}

/** @returns where the next one goes: the address may change with each answer. */
async function sendChunk(context: RepositoryContext, { session, signal, first, bytes }: Chunk): Promise<UploadSession> {
  const last = first + bytes.byteLength - 1;
  const headers = { 'content-type': 'application/octet-stream', 'content-range': `${first}-${last}` };
  const body = { kind: 'bytes', bytes } as const;
  const answer = await sendFrom(context, { method: 'PATCH', url: session.url, headers, body, action: 'push', isTransfer: true, signal });
  if (answer.status === 416) throw outOfStep(context);
  if (answer.status !== 202) throw await failureOf(context, answer);
  const range = headerOf(answer, 'range');
  const following = await sessionOf(context, answer);
  if (range === undefined || range === `0-${last}`) return following;
  throw outOfStep(context);
}

/** Whatever the registry kept, the digest would only tell after everything is sent: it begins anew. */
export function outOfStep({ host }: RepositoryContext): FailedAttempt {
  const happened = `${host.name} has another part of the upload than was sent`;
  return new FailedAttempt({ outcome: { kind: 'broken', phase: 'transfer' }, code: 'REGISTRY_FAILED', happened });
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
