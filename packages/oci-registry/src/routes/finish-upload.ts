import type { Digest } from '@nx-oci/model';

import type { Answer } from '../http/answer';
import { refuse } from '../protocol-error';
import { linkBlob } from '../repositories/blob-records';
import type { UploadSession } from '../uploads/upload-session';
import type { RegistryState } from './call';

/** Makes an upload a blob of its repository, if the bytes are those of the digest. Ends the session either way. */
export async function finishUpload(state: RegistryState, session: UploadSession, digest: Digest): Promise<Answer> {
  const { repository } = session;
  if (!(await session.matches(digest))) {
    await state.uploads.end(session);
    return refuse('DIGEST_INVALID', 'The uploaded bytes are not those of the digest.', {
      detail: { digest, sizeBytes: session.sizeBytes },
    });
  }
  await state.changes.run(async () => {
    await session.publish(digest);
    await linkBlob(state.storage, repository, digest);
  });
  await state.uploads.end(session);
  return { status: 201, headers: { location: `/v2/${repository}/blobs/${digest}`, 'docker-content-digest': digest } };
}
