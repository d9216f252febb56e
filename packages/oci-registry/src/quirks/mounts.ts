import { withoutParameters } from '../http/without-parameters';
import type { Quirk } from './registry-profile';

/** Answers a mount by opening an upload: 202. */
export const neverMount: Quirk = ({ request, route }, next) =>
  next(route.noun === 'uploads' ? withoutParameters(request, 'mount', 'from') : request);

/** Mounts from the repository `from` only; without `from`, opens an upload. */
export const mountOnlyFrom: Quirk = ({ request, route }, next) => {
  const isAnonymous = (request.query.get('from') ?? '') === '';
  return next(route.noun === 'uploads' && isAnonymous ? withoutParameters(request, 'mount', 'from') : request);
};
