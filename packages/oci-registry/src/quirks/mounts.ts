import { withoutParameters } from '../http/without-parameters';
import type { Quirk } from './registry-profile';

/** Takes a mount for the start of an upload: 202. */
export const neverMount: Quirk = ({ request, route }, next) =>
  next(route.noun === 'uploads' ? withoutParameters(request, 'mount', 'from') : request);

/** Looks in the repository that `from` names and nowhere else; without `from` it opens an upload. */
export const mountOnlyFrom: Quirk = ({ request, route }, next) => {
  const isAnonymous = (request.query.get('from') ?? '') === '';
  return next(route.noun === 'uploads' && isAnonymous ? withoutParameters(request, 'mount', 'from') : request);
};
