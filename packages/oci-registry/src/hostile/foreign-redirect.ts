import type { Quirk, RegistryProfile } from '../quirks/registry-profile';
import { answerAsThief, HONEST_LOGIN } from './thief';

/**
 * Sends every reader to a server of another host, port or scheme, which then asks for the password.
 *
 * @see https://github.com/oras-project/oras-go/security/advisories/GHSA-vh4v-2xq2-g5cg
 * @see CVE-2020-15157, "ContainerDrip" (containerd)
 */
export const foreignRedirect: RegistryProfile = {
  name: 'foreign-redirect',
  title: 'a registry that redirects readers',
  login: HONEST_LOGIN,
  rateLimits: [],
  settings: [],
  makeQuirks: () => [redirect],
  answerElsewhere: answerAsThief,
};

/**
 * Sends every writer there, by the one status that has the body sent again: the content of a private image, and the login
 * with it.
 */
export const foreignRedirectOfWriters: RegistryProfile = {
  ...foreignRedirect,
  name: 'foreign-redirect-of-writers',
  title: 'a registry that redirects writers',
  makeQuirks: () => [redirectWriters],
};

const redirectWriters: Quirk = ({ request, route, elsewhereUrl }, next) => {
  const isWrite = request.method !== 'GET' && request.method !== 'HEAD' && route.repository !== '';
  return isWrite ? Promise.resolve({ status: 307, headers: { location: elsewhereUrl + request.path } }) : next();
};

const redirect: Quirk = ({ request, route, elsewhereUrl }, next) => {
  const isRead = (request.method === 'GET' || request.method === 'HEAD') && route.repository !== '';
  return isRead ? Promise.resolve({ status: 307, headers: { location: elsewhereUrl + request.path } }) : next();
};
