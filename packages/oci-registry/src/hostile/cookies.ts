import { answerError } from '../quirks/answer-error';
import type { Quirk, RegistryProfile } from '../quirks/registry-profile';
import { HONEST_LOGIN } from './credential-thief';

/** Sets a cookie, and refuses clients that send it back: such clients can be tracked from push to push. */
export const cookies: RegistryProfile = {
  name: 'cookies',
  title: 'a registry that sets cookies',
  login: HONEST_LOGIN,
  rateLimits: [],
  settings: [],
  makeQuirks: () => [giveCookie],
};

const giveCookie: Quirk = async ({ request }, next) => {
  if (request.headers.cookie !== undefined) return answerError({ status: 400, code: 'UNSUPPORTED', message: 'You sent the cookie back.' });
  const answer = await next();
  return { ...answer, headers: { ...answer.headers, 'set-cookie': 'visitor=1; Path=/' } };
};
