import { answerError } from '../quirks/answer-error';
import { mountOnlyFrom } from '../quirks/mounts';
import { hideSubject } from '../quirks/referrers';
import { ignoreTagParameters, keepImmutableTags } from '../quirks/tags';
import type { ProfileSettings, Quirk, RegistryProfile } from '../quirks/registry-profile';

/** Red Hat Quay. Files are named as of quay ffba0c70e. */
export const quay: RegistryProfile = {
  name: 'quay',
  title: 'Quay',
  // endpoints/v2/v2auth.py
  login: { scheme: 'bearer', tokenPath: '/v2/auth', service: 'quay.io' },
  // nginx answers before Quay does: conf/nginx/rate-limiting.conf.jnj
  rateLimits: [
    () => ({
      status: 429,
      headers: { 'content-type': 'text/html' },
      body: '<html><head><title>429 Too Many Requests</title></head></html>',
    }),
  ],
  settings: ['immutableTags', 'requestsPerMinute', 'hasFullQuota', 'isReadOnly'],
  makeQuirks: (settings) => [
    refuseWrites(settings),
    keepQuota(settings),
    // endpoints/v2/errors.py
    keepImmutableTags(settings, ({ tag }) => answerError({ status: 409, code: 'TAG_IMMUTABLE', message: `Tag '${tag}' is immutable` })),
    // endpoints/v2/blob.py: `from` is required; one request with the whole blob works.
    mountOnlyFrom,
    ignoreTagParameters,
    // endpoints/v2/manifest.py sets no OCI-Subject, although endpoints/v2/referrers.py lists referrers.
    hideSubject,
  ],
};

const WRITES = ['POST', 'PATCH', 'PUT', 'DELETE'];

/** During maintenance: endpoints/decorators.py, check_readonly, and endpoints/v2/errors.py, ReadOnlyMode. */
function refuseWrites({ isReadOnly }: ProfileSettings): Quirk {
  const message = 'System is currently read-only. Pulls will succeed but all write operations are currently suspended.';
  return ({ request, route }, next) =>
    isReadOnly && route.repository !== '' && WRITES.includes(request.method)
      ? Promise.resolve(answerError({ status: 405, code: 'DENIED', message }))
      : next();
}

/** Refuses to start or continue uploads: endpoints/v2/blob.py, verify_namespace_quota, and endpoints/v2/errors.py, QuotaExceeded. */
function keepQuota({ hasFullQuota }: ProfileSettings): Quirk {
  return ({ request, route }, next) => {
    const isUpload = (route.noun === 'uploads' || route.noun === 'upload') && ['POST', 'PATCH', 'PUT'].includes(request.method);
    return hasFullQuota && isUpload
      ? Promise.resolve(answerError({ status: 403, code: 'DENIED', message: 'Quota has been exceeded on namespace' }))
      : next();
  };
}
