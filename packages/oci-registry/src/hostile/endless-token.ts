import type { Quirk, RegistryProfile } from '../quirks/registry-profile';
import { pour } from './endless-body';
import { HONEST_LOGIN } from './thief';

/** Names a token service whose token has no end. */
export const endlessToken: RegistryProfile = {
  name: 'endless-token',
  title: 'a registry with an endless token',
  login: HONEST_LOGIN,
  rateLimits: [],
  settings: [],
  makeQuirks: () => [nameService],
  answerElsewhere: () => Promise.resolve(pour({ status: 200, headers: { 'content-type': 'application/json' } })),
};

const nameService: Quirk = ({ elsewhereUrl }) =>
  Promise.resolve({ status: 401, headers: { 'www-authenticate': `Bearer realm="${elsewhereUrl}/token",service="endless"` } });
