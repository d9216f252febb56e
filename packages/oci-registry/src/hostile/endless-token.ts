import type { Quirk, RegistryProfile } from '../quirks/registry-profile';
import { withEndlessBody } from './endless-body';
import { HONEST_LOGIN } from './credential-thief';

/** Names a token service with an endless token. */
export const endlessToken: RegistryProfile = {
  name: 'endless-token',
  title: 'a registry with an endless token',
  login: HONEST_LOGIN,
  rateLimits: [],
  settings: [],
  makeQuirks: () => [nameService],
  answerSecondServer: () => Promise.resolve(withEndlessBody({ status: 200, headers: { 'content-type': 'application/json' } })),
};

const nameService: Quirk = ({ secondServerUrl }) =>
  Promise.resolve({ status: 401, headers: { 'www-authenticate': `Bearer realm="${secondServerUrl}/token",service="endless"` } });
