import { complain } from '../quirks/complain';
import type { Quirk, RegistryProfile } from '../quirks/registry-profile';
import { HONEST_LOGIN } from './thief';

/** Gives everybody a cookie, and refuses whoever brings it back: such a client can be followed from push to push. */
export const cookies: RegistryProfile = {
  name: 'cookies',
  title: 'a registry that gives cookies',
  login: HONEST_LOGIN,
  rateLimits: [],
  settings: [],
  makeQuirks: () => [giveCookie],
};

const giveCookie: Quirk = async ({ request }, next) => {
  if (request.headers.cookie !== undefined)
    return complain({ status: 400, code: 'UNSUPPORTED', message: 'You have brought the cookie back.' });
  const answer = await next();
  return { ...answer, headers: { ...answer.headers, 'set-cookie': 'visitor=1; Path=/' } };
};
