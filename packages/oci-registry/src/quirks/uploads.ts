import { withoutParameters } from '../http/without-parameters';
import type { Quirk } from './registry-profile';

/** Takes one request with the whole blob for the start of an upload: 202, and the bytes are gone. */
export const noOneRequestUpload: Quirk = ({ request, route }, next) =>
  next(route.noun === 'uploads' && request.query.get('mount') === null ? withoutParameters(request, 'digest') : request);
