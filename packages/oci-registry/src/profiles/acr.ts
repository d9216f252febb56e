import { answerError } from '../quirks/answer-error';
import { mountOnlyFrom } from '../quirks/mounts';
import { noOneRequestUpload } from '../quirks/uploads';
import { ignoreTagParameters, keepImmutableTags } from '../quirks/tags';
import type { RegistryProfile } from '../quirks/registry-profile';

/** Azure's registry. Its token service takes identity tokens by POST as well as passwords. */
export const acr: RegistryProfile = {
  name: 'acr',
  title: 'Azure Container Registry',
  // https://learn.microsoft.com/azure/container-registry/container-registry-authentication
  login: { scheme: 'bearer', tokenPath: '/oauth2/token' },
  // Counts down: https://learn.microsoft.com/azure/container-registry/container-registry-skus
  rateLimits: [
    (waitMs) =>
      answerError({
        status: 429,
        code: 'TOOMANYREQUESTS',
        message: 'too many requests',
        headers: { 'retry-after': String(Math.ceil(waitMs / 1000)) },
      }),
  ],
  settings: ['immutableTags', 'requestsPerMinute'],
  makeQuirks: (settings) => [
    // A locked image (`--write-enabled false`): https://github.com/Azure/azure-sdk-for-net/issues/22827
    keepImmutableTags(settings, () =>
      answerError({
        status: 405,
        code: 'REGISTRY_DISALLOWED_OPERATION',
        message: 'The operation is disallowed on this registry, repository or image.',
      }),
    ),
    mountOnlyFrom,
    // Not documented, so the stricter behaviour is emulated.
    noOneRequestUpload,
    ignoreTagParameters,
  ],
};
