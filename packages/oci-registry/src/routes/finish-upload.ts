import type { Digest } from '@nx-oci/model';

import type { Answer } from '../http/answer';
import { refuse } from '../http/protocol-error';
import { linkBlob } from '../repositories/blob-records';
import { removeUnusedContent } from '../repositories/remove-unused-content';
import type { UploadSession } from '../uploads/upload-session';
import type { RegistryState } from './call';

/** Turns a sealed upload into a blob of its repository, if the content matches the digest. Always ends the session. */
export async function finishUpload(state: RegistryState, session: UploadSession, digest: Digest): Promise<Answer> {
  const { repository, sizeBytes } = session;
  try {
    if (!(await session.matches(digest))) {
      return refuse('DIGEST_INVALID', 'The uploaded content does not match the digest.', { detail: { digest, sizeBytes } });
    }
    await state.changes.run(() => storeBlob(state, session, digest));
  } finally {
    await state.uploads.end(session);
  }
  return { status: 201, headers: { location: `/v2/${repository}/blobs/${digest}`, 'docker-content-digest': digest } };
}

async function storeBlob({ storage }: RegistryState, session: UploadSession, digest: Digest): Promise<void> {
  try {
    await session.publish(digest);
    await linkBlob(storage, session.repository, digest);
  } catch (error) {
    // Without a record, the content would never be removed.
    await removeUnusedContent(storage, digest);
    throw error;
  }
}
