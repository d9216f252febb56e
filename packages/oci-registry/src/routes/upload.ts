import { isDigest } from '@nx-oci/model';

import { isDiskFull } from '../storage/disk-full';
import type { Answer } from '../http/answer';
import { parseChunkRange } from '../http/content-range';
import type { RegistryRequest } from '../http/registry-request';
import { refuse } from '../http/protocol-error';
import type { AppendOutcome, UploadSession } from '../uploads/upload-session';
import type { Call, Methods } from './call';
import { finishUpload } from './finish-upload';
import { refuseDigest } from './refuse-digest';

/** One upload session: chunk, close, status, cancel (end-5, end-6, end-13, end-14). */
export const uploadRoutes: Methods = { PATCH: takeChunk, PUT: closeUpload, GET: readProgress, DELETE: cancelUpload };

async function takeChunk(call: Call): Promise<Answer> {
  const session = findSession(call);
  if (!session) return refuseSession(call);
  const refusal = await appendChunk(call, session, (body) => session.append(body));
  return refusal ?? answerProgress(202, session);
}

async function closeUpload(call: Call): Promise<Answer> {
  const session = findSession(call);
  if (!session) return refuseSession(call);
  const digest = call.request.query.get('digest');
  if (!isDigest(digest)) return refuseDigest(digest ?? '');
  const refusal = await appendChunk(call, session, (body) => session.appendLast(body));
  return refusal ?? finishUpload(call.state, session, digest);
}

function readProgress(call: Call): Promise<Answer> {
  const session = findSession(call);
  return Promise.resolve(session ? answerProgress(204, session) : refuseSession(call));
}

async function cancelUpload(call: Call): Promise<Answer> {
  const session = findSession(call);
  if (!session) return refuseSession(call);
  await call.state.uploads.end(session);
  return { status: 204 };
}

/** The next URL and the received bytes. As in Docker's registry, `0-0` also means none, and clients expect that. */
export function answerProgress(status: number, session: UploadSession): Answer {
  return {
    status,
    headers: {
      location: `/v2/${session.repository}/blobs/uploads/${session.id}`,
      range: `0-${Math.max(session.sizeBytes - 1, 0)}`,
      'docker-upload-uuid': session.id,
    },
  };
}

type Append = (body: RegistryRequest['body']) => Promise<AppendOutcome>;

/** Accepts the body of the request as the next chunk; returns an error answer if it is not. */
async function appendChunk(call: Call, session: UploadSession, append: Append): Promise<Answer | undefined> {
  const { headers } = call.request;
  const range = parseChunkRange(headers['content-range']);
  if (range === 'malformed') return refuse('BLOB_UPLOAD_INVALID', 'The Content-Range of a chunk must be first-last, both inclusive.');
  if (range !== 'next' && range.first !== session.sizeBytes) return refuseOrder(session);
  const length = headers['content-length'];
  if (range !== 'next' && length !== undefined && Number(length) !== range.last - range.first + 1) {
    return refuse('SIZE_INVALID', 'Content-Length and Content-Range of the chunk differ.');
  }
  const outcome = await appendOrEnd(call, session, append);
  if (outcome === 'ended') return refuseSession(call);
  return outcome === 'busy' ? refuseOrder(session) : undefined;
}

/** On a full disk, a failed upload frees its space at once. */
async function appendOrEnd({ state, request }: Call, session: UploadSession, append: Append): Promise<AppendOutcome> {
  try {
    return await append(request.body);
  } catch (error) {
    if (isDiskFull(error)) await state.uploads.end(session);
    throw error;
  }
}

function refuseOrder(session: UploadSession): Answer {
  const { headers } = answerProgress(416, session);
  return refuse('BLOB_UPLOAD_INVALID', `The next chunk starts at byte ${session.sizeBytes}, while no other chunk is being uploaded.`, {
    status: 416,
    headers,
  });
}

function findSession({ state, repository, reference }: Call): UploadSession | undefined {
  return state.uploads.find(repository, reference);
}

function refuseSession({ repository }: Call): Answer {
  return refuse('BLOB_UPLOAD_UNKNOWN', `There is no such upload in ${repository}: it ended, was cancelled, or the registry was restarted.`);
}
