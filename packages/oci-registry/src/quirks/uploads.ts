import { withoutParameters } from '../http/without-parameters';
import type { Quirk } from './registry-profile';

/** Answers an upload in one request by opening an upload: 202, and discards the content. */
export const noOneRequestUpload: Quirk = ({ request, route }, next) =>
  next(route.noun === 'uploads' && request.query.get('mount') === null ? withoutParameters(request, 'digest') : request);
