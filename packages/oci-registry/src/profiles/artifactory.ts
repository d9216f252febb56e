import { answerError } from '../quirks/answer-error';
import { neverMount } from '../quirks/mounts';
import { shareNamedBlobs } from '../quirks/sharing';
import { ignoreTagParameters, keepImmutableTags } from '../quirks/tags';
import type { Quirk, RegistryProfile } from '../quirks/registry-profile';

/** JFrog Artifactory, with anonymous reading and Basic: `repository/path`. */
export const artifactory: RegistryProfile = {
  name: 'artifactory',
  title: 'JFrog Artifactory',
  // The first POST may be the first request that needs a login: https://github.com/containerd/containerd/issues/2166
  login: { scheme: 'basic', isReadingFree: true },
  rateLimits: [],
  // "Hide Existence of Unauthorized Resources": https://jfrog.com/help/r/jfrog-platform-administration-documentation/general-security-settings
  settings: ['immutableTags', 'hidesFromStrangers'],
  makeQuirks: (settings) => [
    nameItself,
    refuseStrayAccept,
    hideMissingManifest,
    // Without the right to overwrite: https://github.com/GoogleContainerTools/kaniko/issues/1095
    keepImmutableTags(settings, () =>
      answerError({ status: 403, code: 'MANIFEST_INVALID', message: 'manifest invalid: HTTP 403 Forbidden' }),
    ),
    // rules_img 41be0a2, docs/registry-support.md. One-request uploads do work: https://github.com/oras-project/rust-oci-client/issues/205
    neverMount,
    // "Sharing after a manifest references it", in the same table.
    shareNamedBlobs,
    ignoreTagParameters,
  ],
};

/** As in a log: https://github.com/earthly/earthly/issues/1017 */
const nameItself: Quirk = async (_visit, next) => {
  const answer = await next();
  const own = { 'x-artifactory-id': '6d70dcfd451c8e98:237a9c5d', 'x-artifactory-node-id': 'played' };
  return { ...answer, headers: { ...answer.headers, ...own, 'docker-distribution-api-version': 'registry/2.0' } };
};

/** https://github.com/dotnet/sdk-container-builds/issues/382; referrers lists count as manifests. */
const refuseStrayAccept: Quirk = ({ request, route }, next) => {
  const { accept } = request.headers;
  const mayChoose = route.noun === 'manifest' || route.noun === 'referrers';
  if (mayChoose || accept === undefined || accept.includes('*/*')) return next();
  return Promise.resolve({ status: 406 });
};

/** 403, where others answer 404: https://github.com/google/go-containerregistry/issues/1691 */
const hideMissingManifest: Quirk = async ({ request, route }, next) => {
  const answer = await next();
  const isHidden = route.noun === 'manifest' && request.method === 'HEAD' && answer.status === 404;
  return isHidden ? { status: 403 } : answer;
};
