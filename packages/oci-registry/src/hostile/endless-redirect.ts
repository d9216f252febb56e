import type { Quirk, RegistryProfile } from '../quirks/registry-profile';
import { HONEST_LOGIN } from './credential-thief';

/** Redirects reads in a loop. */
export const endlessRedirect: RegistryProfile = {
  name: 'endless-redirect',
  title: 'a registry that redirects reads in a loop',
  login: HONEST_LOGIN,
  rateLimits: [],
  settings: [],
  makeQuirks: () => [sendBack],
};

const sendBack: Quirk = ({ request, route }, next) => {
  const isRead = (request.method === 'GET' || request.method === 'HEAD') && route.repository !== '';
  return isRead ? Promise.resolve({ status: 302, headers: { location: request.path } }) : next();
};
