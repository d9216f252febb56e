import { isDigest, type Digest } from '@nx-oci/model';

import type { Answer } from '../http/answer';
import { parseByteRange } from '../http/byte-range';
import { isUnchanged } from '../http/is-unchanged';
import { refuse } from '../http/protocol-error';
import { sizeOfBlob, unlinkBlob } from '../repositories/blob-records';
import type { Call, Methods } from './call';
import { refuseDigest } from './refuse-digest';

/** Reads and removes blobs: end-2 and end-10. */
export const blobRoutes: Methods = { GET: readBlob, DELETE: removeBlob };

async function readBlob({ state, request, repository, reference }: Call): Promise<Answer> {
  if (!isDigest(reference)) return refuseDigest(reference);
  const size = await sizeOfBlob(state.storage, repository, reference);
  if (size === undefined) return refuseUnknown(repository, reference);
  const etag = `"${reference}"`;
  const headers = { 'docker-content-digest': reference, 'accept-ranges': 'bytes', etag, 'x-content-type-options': 'nosniff' };
  if (isUnchanged(request.headers, etag)) return { status: 304, headers };
  const wanted = request.headers['if-range'] === undefined || request.headers['if-range'] === etag ? request.headers.range : undefined;
  const range = parseByteRange(wanted, size);
  if (range === 'unsatisfiable') {
    return refuse('SIZE_INVALID', `The blob has ${size} bytes; the range is outside.`, {
      status: 416,
      headers: { 'content-range': `bytes */${size}` },
    });
  }
  const { first, last } = range === 'whole' ? { first: 0, last: size - 1 } : range;
  return {
    status: range === 'whole' ? 200 : 206,
    headers: {
      ...headers,
      'content-type': 'application/octet-stream',
      'content-length': String(last - first + 1),
      ...(range === 'whole' ? {} : { 'content-range': `bytes ${first}-${last}/${size}` }),
    },
    body: () => state.storage.content.read(reference, range === 'whole' ? undefined : range),
  };
}

async function removeBlob({ state, repository, reference }: Call): Promise<Answer> {
  if (!isDigest(reference)) return refuseDigest(reference);
  const wasThere = await state.changes.run(() => unlinkBlob(state.storage, repository, reference));
  return wasThere ? { status: 202 } : refuseUnknown(repository, reference);
}

function refuseUnknown(repository: string, digest: Digest): Answer {
  return refuse('BLOB_UNKNOWN', `There is no such blob in ${repository}.`, { detail: { digest } });
}
