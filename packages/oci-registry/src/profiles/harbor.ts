import { complain } from './complain';
import { mountOnlyFrom } from './quirks/mounts';
import { noOneRequestUpload } from './quirks/uploads';
import { ignoreTagParameters, keepImmutableTags } from './quirks/tags';
import type { Quirk, RegistryProfile } from './registry-profile';

/** Harbor: `project/repository`. */
export const harbor: RegistryProfile = {
  name: 'harbor',
  title: 'Harbor',
  // The same host; robots are called `robot$name`.
  login: { scheme: 'bearer', tokenPath: '/service/token', service: 'harbor-registry' },
  // It has none of its own.
  rateLimits: [],
  settings: ['immutableTags'],
  makeQuirks: (settings) => [
    wantProject,
    // harbor c50c7ddd6e, src/server/middleware/immutable/pushmf.go and src/lib/errors/const.go
    keepImmutableTags(settings, ({ repository, tag }) =>
      complain({
        status: 412,
        code: 'PRECONDITION',
        message: `Failed to process request due to '${repository}:${tag}' configured as immutable.`,
      }),
    ),
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
  return Promise.resolve(complain({ status: 400, code: 'BAD_REQUEST', message: `invalid repository name: ${repository}` }));
};

/** "Fail early", in the same file: a source without a project is a bad request, one in a project that nobody made a wrong login. */
const judgeMountSource: Quirk = async ({ request, route, state, refuseAccess }, next) => {
  const from = route.noun === 'uploads' && request.query.has('mount') ? request.query.get('from') : null;
  if (from === null || from === '') return next();
  const [project = '', ...rest] = from.split('/');
  if (rest.length === 0) return complain({ status: 400, code: 'BAD_REQUEST', message: `invalid repository name: ${from}` });
  const repositories = await state.storage.records.listRepositories();
  return repositories.some((repository) => repository.startsWith(`${project}/`)) ? next() : refuseAccess();
};
