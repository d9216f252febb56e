import { answerError } from '../quirks/answer-error';
import { mountOnlyFrom } from '../quirks/mounts';
import { answerListWithSubject, noReferrers } from '../quirks/referrers';
import { noOneRequestUpload } from '../quirks/uploads';
import { ignoreTagParameters, keepImmutableTags } from '../quirks/tags';
import type { ProfileSettings, Quirk, RegistryProfile } from '../quirks/registry-profile';

// group/project and two levels of images: https://docs.gitlab.com/user/packages/container_registry/#naming-convention-for-your-container-images
const MAX_COMPONENTS = 4;

/** GitLab.com's registry; a self-managed one only has other names. */
export const gitlab: RegistryProfile = {
  name: 'gitlab',
  title: 'GitLab Container Registry',
  login: {
    scheme: 'bearer',
    // registry.gitlab.com and gitlab.com/jwt/auth: https://docs.gitlab.com/administration/packages/container_registry/
    tokenPath: '/jwt/auth',
    service: 'container_registry',
    isOnSecondServer: true,
    // https://github.com/estesp/manifest-tool/issues/53
    isLastScopeOnly: true,
  },
  rateLimits: [(waitMs) => ({ status: 429, headers: { 'retry-after': String(Math.ceil(waitMs / 1000)) }, body: 'Retry later\n' })],
  settings: ['immutableTags', 'requestsPerMinute', 'isWriteOnly'],
  makeQuirks: (settings) => [
    refuseDeepNames,
    refuseReaders(settings),
    // The rule is documented (https://docs.gitlab.com/user/packages/container_registry/immutable_container_tags), its answer is assumed.
    keepImmutableTags(settings, ({ tag }) =>
      answerError({ status: 403, code: 'DENIED', message: `tag ${tag} is protected: requested access to the resource is denied` }),
    ),
    // As in distribution, of which it is a fork.
    mountOnlyFrom,
    noOneRequestUpload,
    ignoreTagParameters,
    noReferrers({ status: 404 }),
    answerListWithSubject,
  ],
};

/** No token is valid for a name that is too deep. */
const refuseDeepNames: Quirk = ({ route, refuseAccess }, next) =>
  route.repository.split('/').length > MAX_COMPONENTS ? Promise.resolve(refuseAccess()) : next();

/** A deploy token may have `write_registry` without `read_registry`: https://docs.gitlab.com/user/project/deploy_tokens/ */
function refuseReaders({ isWriteOnly }: ProfileSettings): Quirk {
  return ({ request, route, refuseAccess }, next) => {
    const isReading = (request.method === 'GET' || request.method === 'HEAD') && ['manifest', 'blob', 'tags'].includes(route.noun);
    return isWriteOnly && isReading ? Promise.resolve(refuseAccess()) : next();
  };
}
