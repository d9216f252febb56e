import { isDigest, MEDIA_TYPES } from '@nx-oci/model';

import { answerJson, type Answer } from '../http/answer';
import { listReferrers } from '../repositories/referrer-records';
import type { Call, Methods } from './call';
import { refuseDigest } from './refuse-digest';

/** Lists the referrers of a manifest: end-12. An unknown repository has no referrers, rather than 404. */
export const referrerRoutes: Methods = { GET: readReferrers };

async function readReferrers({ state, request, repository, reference }: Call): Promise<Answer> {
  if (!isDigest(reference)) return refuseDigest(reference);
  const all = await listReferrers(state.storage, repository, reference);
  const artifactType = request.query.get('artifactType');
  const manifests = artifactType === null ? all : all.filter((referrer) => referrer.artifactType === artifactType);
  return answerJson(
    200,
    { schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests },
    { 'content-type': MEDIA_TYPES.ociIndex, ...(artifactType === null ? {} : { 'oci-filters-applied': 'artifactType' }) },
  );
}
