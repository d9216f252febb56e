import type { Quirk, RegistryProfile } from '../quirks/registry-profile';
import { HONEST_LOGIN } from './credential-thief';

/** Names a further page after each page of a list. */
export const endlessPages: RegistryProfile = {
  name: 'endless-pages',
  title: 'a registry whose lists have no last page',
  login: HONEST_LOGIN,
  rateLimits: [],
  settings: [],
  makeQuirks: () => [nameNextPage],
};

const nameNextPage: Quirk = async ({ request, route }, next) => {
  const answer = await next();
  const isList = route.noun === 'tags' || route.noun === 'referrers';
  return isList ? { ...answer, headers: { ...answer.headers, link: `<${request.path}>; rel="next"` } } : answer;
};
