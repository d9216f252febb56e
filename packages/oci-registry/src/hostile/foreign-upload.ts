import type { Quirk, RegistryProfile } from '../quirks/registry-profile';
import { answerAsCredentialThief, HONEST_LOGIN } from './credential-thief';

/**
 * Opens uploads on another server, to receive the login together with the blob.
 *
 * @see https://github.com/oras-project/oras-go/security/advisories/GHSA-jxpm-75mh-9fp7
 */
export const foreignUpload: RegistryProfile = {
  name: 'foreign-upload',
  title: 'a registry that opens uploads on another server',
  login: HONEST_LOGIN,
  rateLimits: [],
  settings: [],
  makeQuirks: () => [openElsewhere],
  answerSecondServer: answerAsCredentialThief,
};

const openElsewhere: Quirk = ({ route, secondServerUrl }, next) =>
  route.noun === 'uploads' ? Promise.resolve({ status: 202, headers: { location: `${secondServerUrl}/upload?state=1` } }) : next();
