import type { Digest } from '@nx-oci/model';

import type { Answer } from '../http/answer';
import { refuse } from '../http/protocol-error';
import { linkBlob } from '../repositories/blob-records';
import { removeUnusedContent } from '../repositories/remove-unused-content';
import type { UploadSession } from '../uploads/upload-session';
import type { RegistryState } from './call';

/** Makes a sealed upload a blob of its repository, if the bytes are those of the digest. Ends the session in any case. */
export async function finishUpload(state: RegistryState, session: UploadSession, digest: Digest): Promise<Answer> {
  const { repository, sizeBytes } = session;
  try {
    if (!(await session.matches(digest))) {
      return refuse('DIGEST_INVALID', 'The uploaded bytes are not those of the digest.', { detail: { digest, sizeBytes } });
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
    // Without a record nobody would ever remove the bytes, and a full disk would stay full.
    await removeUnusedContent(storage, digest);
    throw error;
  }
}
