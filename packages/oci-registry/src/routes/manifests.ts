import { isDigest, isTag } from '@nx-oci/model';

import type { Answer } from '../http/answer';
import { isUnchanged } from '../http/is-unchanged';
import { refuse } from '../http/protocol-error';
import { findManifest, removeManifest } from '../repositories/manifest-records';
import { removeTag } from '../repositories/tag-records';
import type { Call, Methods } from './call';
import { pushManifest } from './push-manifest';

/** Reads, stores and removes manifests: end-3, end-7 and end-9. */
export const manifestRoutes: Methods = { GET: readManifest, PUT: pushManifest, DELETE: deleteManifest };

async function readManifest(call: Call): Promise<Answer> {
  const { state, request, repository, reference } = call;
  const manifest = isDigest(reference) || isTag(reference) ? await findManifest(state.storage, repository, reference) : undefined;
  if (!manifest) return refuseUnknown(call);
  const { digest, mediaType, sizeBytes } = manifest;
  const etag = `"${digest}"`;
  const headers = { 'docker-content-digest': digest, etag };
  if (isUnchanged(request.headers, etag)) return { status: 304, headers };
  return {
    status: 200,
    headers: { ...headers, 'content-type': mediaType, 'content-length': String(sizeBytes) },
    body: () => state.storage.content.read(digest),
  };
}

/** By tag: removes only the tag. By digest: removes the manifest and all its tags. */
async function deleteManifest(call: Call): Promise<Answer> {
  const { state, repository, reference } = call;
  const wasThere = await state.changes.run(() => {
    if (isDigest(reference)) return removeManifest(state.storage, repository, reference);
    return isTag(reference) ? removeTag(state.storage, repository, reference) : Promise.resolve(false);
  });
  return wasThere ? { status: 202 } : refuseUnknown(call);
}

function refuseUnknown({ repository, reference }: Call): Answer {
  return refuse('MANIFEST_UNKNOWN', `There is no such manifest in ${repository}.`, { detail: { reference: reference.slice(0, 150) } });
}
