import { Readable } from 'node:stream';

import { MAX_MANIFEST_BYTES } from '@nx-oci/model';

import { readBody } from '../http/read-body';
import { refuse } from '../http/protocol-error';
import { answerError } from '../quirks/answer-error';
import { neverMount } from '../quirks/mounts';
import { noOneRequestUpload } from '../quirks/uploads';
import { onlyMadeRepositories } from '../quirks/repositories';
import { ignoreTagParameters, keepImmutableTags } from '../quirks/tags';
import type { Quirk, RegistryProfile } from '../quirks/registry-profile';

const MAX_PAGE = 1000;

/** Amazon's registry. The user is `AWS`, its password expires after twelve hours. */
export const ecr: RegistryProfile = {
  name: 'ecr',
  title: 'Amazon ECR',
  // Without a token service: https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html
  login: { scheme: 'basic' },
  // https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html; clients report it: https://github.com/containerd/containerd/issues/10447
  rateLimits: [() => answerError({ status: 429, code: 'TOOMANYREQUESTS', message: 'Rate exceeded' })],
  settings: ['immutableTags', 'repositories', 'requestsPerMinute'],
  makeQuirks: (settings) => [
    // A creation template can create repositories on a push; without one: https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html
    onlyMadeRepositories(settings, ({ route }) =>
      answerError({
        status: 404,
        code: 'NAME_UNKNOWN',
        message: `The repository with name '${route.repository}' does not exist in the registry with id '123456789012'`,
      }),
    ),
    // The same digest, too: https://github.com/moby/buildkit/issues/3776
    keepImmutableTags(settings, ({ repository, tag }) =>
      answerError({
        status: 400,
        code: 'TAG_INVALID',
        message: `The image tag '${tag}' already exists in the '${repository}' repository and cannot be overwritten because the repository is immutable.`,
      }),
    ),
    // Mounts are off by default: https://docs.aws.amazon.com/AmazonECR/latest/userguide/blob-mounting.html
    neverMount,
    wantMediaType,
    noOneRequestUpload,
    dropLaterChunks,
    ignoreTagParameters,
    refuseLargePages,
  ],
};

/** Refuses a document without a mediaType field, regardless of the header: https://github.com/containers/image/pull/584 */
const wantMediaType: Quirk = async ({ request, route }, next) => {
  if (route.noun !== 'manifest' || request.method !== 'PUT') return next();
  const bytes = await readBody(request.body, MAX_MANIFEST_BYTES);
  if (bytes === 'too-large') return refuse('SIZE_INVALID', 'The manifest is too large.', { status: 413 });
  const message = "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'";
  return namesMediaType(bytes) ? next({ ...request, body: Readable.from([bytes], { objectMode: false }) }) : refuse('UNSUPPORTED', message);
};

function namesMediaType(bytes: Buffer): boolean {
  try {
    const { mediaType } = (JSON.parse(bytes.toString('utf8')) ?? {}) as { readonly mediaType?: unknown };
    return typeof mediaType === 'string';
  } catch {
    return false;
  }
}

/** Accepts every chunk but keeps only the first: https://github.com/aws/containers-roadmap/issues/2831 */
const dropLaterChunks: Quirk = async ({ request, route, state }, next) => {
  if (route.noun !== 'upload' || request.method !== 'PATCH') return next();
  const session = state.uploads.find(route.repository, route.reference);
  if (!session || session.sizeBytes === 0) return { ...(await next()), status: 201 };
  const location = `/v2/${route.repository}/blobs/uploads/${session.id}`;
  return { status: 201, headers: { location, range: `0-${session.sizeBytes - 1}`, 'docker-upload-uuid': session.id } };
};

/** https://github.com/google/go-containerregistry/issues/1091 */
const refuseLargePages: Quirk = ({ request, route }, next) => {
  if (route.noun !== 'tags' || Number(request.query.get('n') ?? 0) <= MAX_PAGE) return next();
  const message = "Invalid parameter at 'maxResults' failed to satisfy constraint: 'Member must have value less than or equal to 1000'";
  return Promise.resolve(refuse('UNSUPPORTED', message));
};
