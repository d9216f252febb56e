import type { Quirk, RegistryProfile } from '../quirks/registry-profile';
import { answerAsCredentialThief, HONEST_LOGIN } from './credential-thief';

/**
 * Redirects reads to another host, port or scheme, which then asks for the password.
 *
 * @see https://github.com/oras-project/oras-go/security/advisories/GHSA-vh4v-2xq2-g5cg
 * @see CVE-2020-15157, "ContainerDrip" (containerd)
 */
export const foreignRedirect: RegistryProfile = {
  name: 'foreign-redirect',
  title: 'a registry that redirects reads',
  login: HONEST_LOGIN,
  rateLimits: [],
  settings: [],
  makeQuirks: () => [redirect],
  answerSecondServer: answerAsCredentialThief,
};

/**
 * Redirects writes there, with a status that repeats the body: the content of a private image, together with the login.
 */
export const foreignRedirectOfWriters: RegistryProfile = {
  ...foreignRedirect,
  name: 'foreign-redirect-of-writers',
  title: 'a registry that redirects writes',
  makeQuirks: () => [redirectWriters],
};

const redirectWriters: Quirk = ({ request, route, secondServerUrl }, next) => {
  const isWrite = request.method !== 'GET' && request.method !== 'HEAD' && route.repository !== '';
  return isWrite ? Promise.resolve({ status: 307, headers: { location: secondServerUrl + request.path } }) : next();
};

const redirect: Quirk = ({ request, route, secondServerUrl }, next) => {
  const isRead = (request.method === 'GET' || request.method === 'HEAD') && route.repository !== '';
  return isRead ? Promise.resolve({ status: 307, headers: { location: secondServerUrl + request.path } }) : next();
};
