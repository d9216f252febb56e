import { isDigest } from '@nx-oci/model';

import type { Answer } from '../http/answer';
import { parseChunkRange } from '../http/content-range';
import { answerError } from '../quirks/answer-error';
import { mountOnlyFrom } from '../quirks/mounts';
import { noOneRequestUpload } from '../quirks/uploads';
import { noReferrers } from '../quirks/referrers';
import { onlyMadeRepositories } from '../quirks/repositories';
import { ignoreTagParameters } from '../quirks/tags';
import type { ProfileSettings, Quirk, RegistryProfile } from '../quirks/registry-profile';

const MAX_CHUNK_BYTES = 4 * 1024 * 1024;

/** GitHub's container registry. */
export const ghcr: RegistryProfile = {
  name: 'ghcr',
  title: 'GitHub Container Registry',
  login: {
    scheme: 'bearer',
    // The challenge of /v2/ names a repository that does not exist: https://github.com/cloudflare/serverless-registry/issues/148
    placeholderScope: 'repository:user/image:pull',
  },
  rateLimits: [answerWaitInBody, refuseAsAbuse],
  settings: ['repositories', 'requestsPerMinute', 'lostMounts'],
  makeQuirks: (settings) => [
    // A package that is not linked to the workflow's repository: https://github.com/docker/build-push-action/issues/463
    onlyMadeRepositories(settings, () => answerError({ status: 403, code: 'DENIED', message: 'permission_denied: write_package' })),
    refuseLargeChunks,
    // Mounts without `from`, uploads in one request and several tags per request are unknown: clients must work without them.
    mountOnlyFrom,
    loseMounts(settings),
    noOneRequestUpload,
    ignoreTagParameters,
    // A 303 to a web page instead of a list: https://github.com/artifacthub/hub/issues/4785
    noReferrers({ status: 303, headers: { location: '/', 'content-type': 'text/html' }, body: '<html><body>See other</body></html>' }),
  ],
};

// The delay is only in the text, as a Go duration: https://github.com/dependabot/cli/issues/380
function answerWaitInBody(waitMs: number): Answer {
  const message = `retry-after: ${waitMs.toFixed(6)}ms, allowed: 2000/minute`;
  return answerError({ status: 429, code: 'TOOMANYREQUESTS', message });
}

// https://github.com/virtualcell/vcell/issues/1888
function refuseAsAbuse(): Answer {
  return answerError({ status: 403, code: 'DENIED', message: 'You have exceeded a secondary rate limit. Please wait a few minutes.' });
}

/** https://github.com/oras-project/rust-oci-client/issues/35 */
const refuseLargeChunks: Quirk = ({ request, route }, next) => {
  const range = parseChunkRange(request.headers['content-range']);
  const isLarge = typeof range === 'object' && range.last - range.first + 1 > MAX_CHUNK_BYTES;
  if (route.noun !== 'upload' || request.method !== 'PATCH' || !isLarge) return next();
  return Promise.resolve(answerError({ status: 416, code: 'RANGE_INVALID', message: 'invalid content range' }));
};

/** Mounts that are occasionally confirmed but do not happen: https://github.com/justrach/nanobrew/issues/320 */
function loseMounts({ lostMounts = 0 }: ProfileSettings): Quirk {
  let lost = 0;
  return ({ request, route }, next) => {
    const mount = route.noun === 'uploads' ? request.query.get('mount') : null;
    if (lost >= lostMounts || !isDigest(mount)) return next();
    lost += 1;
    const headers = { location: `/v2/${route.repository}/blobs/${mount}`, 'docker-content-digest': mount };
    return Promise.resolve({ status: 201, headers });
  };
}
