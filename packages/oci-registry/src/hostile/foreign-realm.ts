import type { RegistryProfile } from '../quirks/registry-profile';
import { answerAsCredentialThief } from './credential-thief';

/**
 * Names another server as its token service, which waits for the password. A public registry could even name an address in the
 * client's network, such as a cloud's metadata service.
 *
 * @see https://github.com/oras-project/oras-go/security/advisories/GHSA-xf85-363p-868w
 */
export const foreignRealm: RegistryProfile = {
  name: 'foreign-realm',
  title: 'a registry with a foreign token service',
  login: { scheme: 'bearer', isOnSecondServer: true },
  rateLimits: [],
  settings: [],
  makeQuirks: () => [],
  answerSecondServer: answerAsCredentialThief,
};
