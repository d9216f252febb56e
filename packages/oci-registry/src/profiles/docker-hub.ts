import { randomBytes } from 'node:crypto';

import { isDigest } from '@nx-oci/model';

import type { Answer } from '../http/answer';
import type { RegistryRequest } from '../http/registry-request';
import type { RegistryState } from '../routes/call';
import { complain } from '../quirks/complain';
import { noOneRequestUpload } from '../quirks/uploads';
import { mountOnlyFrom } from '../quirks/mounts';
import { noReferrers } from '../quirks/referrers';
import { onlyMadeRepositories } from '../quirks/repositories';
import { deleteByDigestOnly, ignoreTagParameters, keepImmutableTags } from '../quirks/tags';
import type { Quirk, RegistryProfile } from '../quirks/registry-profile';

const STORAGE_PATH = '/registry-v2/blobs/';

/** Docker Hub. Names have two parts; those without one get `library/` from the client. */
export const dockerHub: RegistryProfile = {
  name: 'docker-hub',
  title: 'Docker Hub',
  // auth.docker.io and registry-1.docker.io: https://docs.docker.com/reference/api/registry/auth/
  login: { scheme: 'bearer', service: 'registry.docker.io', isElsewhere: true },
  // The abuse limit is a bare 429: https://docs.docker.com/docker-hub/usage/pulls/
  rateLimits: [() => ({ status: 429, headers: { 'content-type': 'text/plain' }, body: 'Too Many Requests' })],
  settings: ['immutableTags', 'repositories', 'requestsPerMinute'],
  makeQuirks: (settings) => [
    // Who may not see a repository is not told whether there is one: https://docs.docker.com/reference/api/registry/latest/
    onlyMadeRepositories(settings, ({ refuseAccess }) => refuseAccess()),
    // https://docs.docker.com/docker-hub/repos/manage/hub-images/immutable-tags/, status: https://github.com/docker/hub-feedback/issues/2466
    keepImmutableTags(settings, ({ tag }) => complain({ status: 403, code: 'DENIED', message: `tag ${tag} is immutable` })),
    countPulls,
    // https://docs.docker.com/reference/api/registry/latest/: mounts with `from`, POST and PUT, DELETE by digest.
    mountOnlyFrom,
    noOneRequestUpload,
    deleteByDigestOnly,
    ignoreTagParameters,
    sendToStorage,
    // Asked for, not there: https://github.com/docker/roadmap/issues/724
    noReferrers(complain({ status: 404, code: 'NOT_FOUND', message: 'page not found' })),
  ],
  answerElsewhere: answerFromStorage,
};

/** A GET counts, a HEAD is free: https://docs.docker.com/docker-hub/usage/pulls/ */
const countPulls: Quirk = async ({ request, route }, next) => {
  const answer = await next();
  if (route.noun !== 'manifest' || (request.method !== 'GET' && request.method !== 'HEAD')) return answer;
  return { ...answer, headers: { ...answer.headers, 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '76;w=21600' } };
};

/** Blobs come from a storage of another name, by a signed URL: protocol documents call it 307. */
const sendToStorage: Quirk = async ({ request, route, elsewhereUrl }, next) => {
  const answer = await next();
  if (route.noun !== 'blob' || request.method !== 'GET' || answer.status !== 200) return answer;
  const location = `${elsewhereUrl}${STORAGE_PATH}${route.reference}?X-Amz-Signature=${randomBytes(16).toString('hex')}`;
  return { status: 307, headers: { location } };
};

/** Like S3: a signed URL and an Authorization header at once are refused. */
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
