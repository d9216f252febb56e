import { complain } from './complain';
import { mountOnlyFrom } from './quirks/mounts';
import { hideSubject } from './quirks/referrers';
import { ignoreTagParameters, keepImmutableTags } from './quirks/tags';
import type { RegistryProfile } from './registry-profile';

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
  settings: ['immutableTags', 'requestsPerMinute'],
  makeQuirks: (settings) => [
    // endpoints/v2/errors.py
    keepImmutableTags(settings, ({ tag }) => complain({ status: 409, code: 'TAG_IMMUTABLE', message: `Tag '${tag}' is immutable` })),
    // endpoints/v2/blob.py: `from` is needed; one request with the whole blob is taken.
    mountOnlyFrom,
    ignoreTagParameters,
    // endpoints/v2/manifest.py sets no OCI-Subject, though endpoints/v2/referrers.py lists them.
    hideSubject,
  ],
};
