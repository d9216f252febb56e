import type { Quirk, RegistryProfile } from '../quirks/registry-profile';
import { answerAsThief, HONEST_LOGIN } from './thief';

/**
 * Opens uploads on a server of another name, to be brought the login together with the blob.
 *
 * @see https://github.com/oras-project/oras-go/security/advisories/GHSA-jxpm-75mh-9fp7
 */
export const foreignUpload: RegistryProfile = {
  name: 'foreign-upload',
  title: 'a registry that takes uploads elsewhere',
  login: HONEST_LOGIN,
  rateLimits: [],
  settings: [],
  makeQuirks: () => [openElsewhere],
  answerElsewhere: answerAsThief,
};

const openElsewhere: Quirk = ({ route, elsewhereUrl }, next) =>
  route.noun === 'uploads' ? Promise.resolve({ status: 202, headers: { location: `${elsewhereUrl}/upload?state=1` } }) : next();
