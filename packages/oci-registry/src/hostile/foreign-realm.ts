import type { RegistryProfile } from '../quirks/registry-profile';
import { answerAsThief } from './thief';

/**
 * Names a server of another name as its token service, and waits there for the password. A client that was sent from a
 * public registry to an address of its own network would do worse: it would ask a cloud's metadata service for us.
 *
 * @see https://github.com/oras-project/oras-go/security/advisories/GHSA-xf85-363p-868w
 */
export const foreignRealm: RegistryProfile = {
  name: 'foreign-realm',
  title: 'a registry with a foreign token service',
  login: { scheme: 'bearer', isElsewhere: true },
  rateLimits: [],
  settings: [],
  makeQuirks: () => [],
  answerElsewhere: answerAsThief,
};
