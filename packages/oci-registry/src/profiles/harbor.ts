import { answerError } from '../quirks/answer-error';
import { mountOnlyFrom } from '../quirks/mounts';
import { noOneRequestUpload } from '../quirks/uploads';
import { ignoreTagParameters, keepImmutableTags } from '../quirks/tags';
import type { ProfileSettings, Quirk, RegistryProfile } from '../quirks/registry-profile';

/** Harbor: `project/repository`. */
export const harbor: RegistryProfile = {
  name: 'harbor',
  title: 'Harbor',
  // The same host; robot accounts are named `robot$name`.
  login: { scheme: 'bearer', tokenPath: '/service/token', service: 'harbor-registry' },
  // It has no rate limit of its own.
  rateLimits: [],
  settings: ['immutableTags', 'hasFullQuota', 'unscannedTags', 'cacheProjects'],
  makeQuirks: (settings) => [
    wantProject,
    refuseCachePushes(settings),
    // harbor c50c7ddd6e, src/server/middleware/immutable/pushmf.go and src/lib/errors/const.go
    keepImmutableTags(settings, ({ repository, tag }) =>
      answerError({
        status: 412,
        code: 'PRECONDITION',
        message: `Failed to process request due to '${repository}:${tag}' configured as immutable.`,
      }),
    ),
    keepQuota(settings),
    keepUnscanned(settings),
    judgeMountSource,
    mountOnlyFrom,
    // https://github.com/goharbor/harbor/issues/12457
    noOneRequestUpload,
    ignoreTagParameters,
  ],
};

/** harbor c50c7ddd6e, src/server/middleware/artifactinfo/artifact_info.go */
const wantProject: Quirk = ({ route: { repository } }, next) => {
  if (repository === '' || repository.includes('/')) return next();
  return Promise.resolve(answerError({ status: 400, code: 'BAD_REQUEST', message: `invalid repository name: ${repository}` }));
};

/**
 * A project that caches another registry accepts no pushes: harbor c50c7ddd6e,
 * src/server/middleware/repoproxy/proxy.go; 403, so that docker does not retry: https://github.com/goharbor/harbor/pull/12792
 */
function refuseCachePushes({ cacheProjects = [] }: ProfileSettings): Quirk {
  return ({ request, route }, next) => {
    const [project = ''] = route.repository.split('/', 1);
    const isPush = ['uploads', 'upload', 'manifest'].includes(route.noun) && ['POST', 'PATCH', 'PUT'].includes(request.method);
    if (!isPush || !cacheProjects.includes(project)) return next();
    return Promise.resolve(answerError({ status: 403, code: 'DENIED', message: `can not push artifact to a proxy project: ${project}` }));
  };
}

/** "Fail early", in the same file: a source without a project is a bad request, one in a missing project an invalid login. */
const judgeMountSource: Quirk = async ({ request, route, state, refuseAccess }, next) => {
  const from = route.noun === 'uploads' && request.query.has('mount') ? request.query.get('from') : null;
  if (from === null || from === '') return next();
  const [project = '', ...rest] = from.split('/');
  if (rest.length === 0) return answerError({ status: 400, code: 'BAD_REQUEST', message: `invalid repository name: ${from}` });
  const repositories = await state.storage.records.listRepositories();
  return repositories.some((repository) => repository.startsWith(`${project}/`)) ? next() : refuseAccess();
};

/** Accepts blobs, but refuses manifests: https://github.com/goharbor/harbor/issues/8802, and 403 as of src/lib/http/error.go. */
function keepQuota({ hasFullQuota }: ProfileSettings): Quirk {
  const message =
    'Quota exceeded when processing the request of adding 1.3 MiB of storage resource, which when updated to current usage ' +
    'of 99.9 MiB will exceed the configured upper limit of 100.0 MiB.';
  return ({ request, route }, next) =>
    hasFullQuota && route.noun === 'manifest' && request.method === 'PUT'
      ? Promise.resolve(answerError({ status: 403, code: 'DENIED', message }))
      : next();
}

/** harbor c50c7ddd6e, src/lib/http/error.go: pulls of images that were not scanned. */
function keepUnscanned({ unscannedTags }: ProfileSettings): Quirk {
  const message =
    'current image without vulnerability scanning cannot be pulled due to configured policy in "Prevent images with ' +
    "vulnerability severity of 'Critical' or higher from running.\"";
  return ({ request, route }, next) =>
    route.noun === 'manifest' && request.method === 'GET' && unscannedTags?.includes(route.reference)
      ? Promise.resolve(answerError({ status: 412, code: 'PROJECTPOLICYVIOLATION', message }))
      : next();
}
