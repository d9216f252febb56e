import { refuse } from '../http/protocol-error';
import { answerError } from '../quirks/answer-error';
import { mountOnlyFrom } from '../quirks/mounts';
import { noOneRequestUpload } from '../quirks/uploads';
import { onlyMadeRepositories } from '../quirks/repositories';
import { ignoreTagParameters, keepImmutableTags } from '../quirks/tags';
import type { Quirk, RegistryProfile } from '../quirks/registry-profile';

/** Google Artifact Registry: `PROJECT/REPOSITORY/IMAGE`. The user is `oauth2accesstoken` or `_json_key`. */
export const gar: RegistryProfile = {
  name: 'gar',
  title: 'Google Artifact Registry',
  login: { scheme: 'bearer', tokenPath: '/v2/token' },
  // Per minute, region and project: https://cloud.google.com/artifact-registry/quotas
  rateLimits: [() => answerError({ status: 429, code: 'TOOMANYREQUESTS', message: 'Quota exceeded for quota metric' })],
  settings: ['immutableTags', 'repositories', 'requestsPerMinute'],
  makeQuirks: (settings) => [
    // Missing and forbidden give the same answer; the status is known from users, the text is shortened.
    onlyMadeRepositories(settings, () =>
      answerError({
        status: 403,
        code: 'DENIED',
        message: 'Permission "artifactregistry.repositories.uploadArtifacts" denied on resource (or it may not exist)',
      }),
    ),
    // A setting of the repository; the text is known, code and status are assumed: users see docker's "manifest invalid".
    keepImmutableTags(settings, ({ tag }) =>
      answerError({
        status: 400,
        code: 'MANIFEST_INVALID',
        message: `cannot update tag ${tag}. The repository has enabled tag immutability`,
      }),
    ),
    // https://github.com/google/go-containerregistry/issues/1321
    mountOnlyFrom,
    noOneRequestUpload,
    refuseChunks,
    ignoreTagParameters,
  ],
};

/**
 * Whole blobs only: https://github.com/dotnet/sdk-container-builds/issues/287. One PATCH with the whole blob,
 * without a range, also works: Google's own crane sends blobs that way. The status is assumed.
 */
const refuseChunks: Quirk = ({ request, route, state }, next) => {
  if (route.noun !== 'upload' || request.method !== 'PATCH') return next();
  const isLater = (state.uploads.find(route.repository, route.reference)?.sizeBytes ?? 0) > 0;
  if (!isLater && request.headers['content-range'] === undefined) return next();
  return Promise.resolve(refuse('UNSUPPORTED', 'Chunked uploads are not supported.'));
};
