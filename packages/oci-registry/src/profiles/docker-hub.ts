import { randomBytes } from 'node:crypto';

import { isDigest } from '@nx-oci/model';

import type { Answer } from '../http/answer';
import type { RegistryRequest } from '../http/registry-request';
import type { RegistryState } from '../routes/call';
import { answerError } from '../quirks/answer-error';
import { noOneRequestUpload } from '../quirks/uploads';
import { mountOnlyFrom } from '../quirks/mounts';
import { noReferrers } from '../quirks/referrers';
import { onlyMadeRepositories } from '../quirks/repositories';
import { deleteByDigestOnly, ignoreTagParameters, keepImmutableTags } from '../quirks/tags';
import type { Quirk, RegistryProfile } from '../quirks/registry-profile';

const STORAGE_PATH = '/registry-v2/blobs/';

/** Docker Hub. Names have two parts; clients add `library/` to a single one. */
export const dockerHub: RegistryProfile = {
  name: 'docker-hub',
  title: 'Docker Hub',
  // auth.docker.io and registry-1.docker.io: https://docs.docker.com/reference/api/registry/auth/
  login: { scheme: 'bearer', service: 'registry.docker.io', isOnSecondServer: true },
  // The abuse limit is a bare 429: https://docs.docker.com/docker-hub/usage/pulls/
  rateLimits: [() => ({ status: 429, headers: { 'content-type': 'text/plain' }, body: 'Too Many Requests' })],
  settings: ['immutableTags', 'repositories', 'requestsPerMinute'],
  makeQuirks: (settings) => [
    // Without access to a repository, its existence is hidden: https://docs.docker.com/reference/api/registry/latest/
    onlyMadeRepositories(settings, ({ refuseAccess }) => refuseAccess()),
    // https://docs.docker.com/docker-hub/repos/manage/hub-images/immutable-tags/, status: https://github.com/docker/hub-feedback/issues/2466
    keepImmutableTags(settings, ({ tag }) => answerError({ status: 403, code: 'DENIED', message: `tag ${tag} is immutable` })),
    countPulls,
    // https://docs.docker.com/reference/api/registry/latest/: mounts with `from`, POST and PUT, DELETE by digest.
    mountOnlyFrom,
    noOneRequestUpload,
    deleteByDigestOnly,
    ignoreTagParameters,
    sendToStorage,
    // Requested, but not supported: https://github.com/docker/roadmap/issues/724
    noReferrers(answerError({ status: 404, code: 'NOT_FOUND', message: 'page not found' })),
  ],
  answerSecondServer: answerFromStorage,
};

/** A GET counts, a HEAD is free: https://docs.docker.com/docker-hub/usage/pulls/ */
const countPulls: Quirk = async ({ request, route }, next) => {
  const answer = await next();
  if (route.noun !== 'manifest' || (request.method !== 'GET' && request.method !== 'HEAD')) return answer;
  return { ...answer, headers: { ...answer.headers, 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '76;w=21600' } };
};

/** Blobs are redirected (307) to a signed URL of another host. */
const sendToStorage: Quirk = async ({ request, route, secondServerUrl }, next) => {
  const answer = await next();
  if (route.noun !== 'blob' || request.method !== 'GET' || answer.status !== 200) return answer;
  const location = `${secondServerUrl}${STORAGE_PATH}${route.reference}?X-Amz-Signature=${randomBytes(16).toString('hex')}`;
  return { status: 307, headers: { location } };
};

/** As S3, refuses a signed URL together with an Authorization header. */
function answerFromStorage({ path, query, headers }: RegistryRequest, { storage }: RegistryState): Promise<Answer> {
  const digest = path.startsWith(STORAGE_PATH) ? path.slice(STORAGE_PATH.length) : undefined;
  if (headers.authorization !== undefined || !isDigest(digest) || !query.has('X-Amz-Signature')) {
    return Promise.resolve({
      status: 400,
      headers: { 'content-type': 'application/xml' },
      body: '<Error><Code>InvalidArgument</Code></Error>',
    });
  }
  return readStored(digest, storage);
}

async function readStored(
  digest: Parameters<RegistryState['storage']['content']['sizeOf']>[0],
  { content }: RegistryState['storage'],
): Promise<Answer> {
  const size = await content.sizeOf(digest);
  if (size === undefined) return { status: 404 };
  return {
    status: 200,
    headers: { 'content-type': 'application/octet-stream', 'content-length': String(size) },
    body: () => content.read(digest),
  };
}
