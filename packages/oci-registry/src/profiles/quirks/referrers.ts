import type { Answer } from '../../http/answer';
import type { Quirk } from '../registry-profile';

/** Does not say that it noticed the subject of a manifest. */
export const hideSubject: Quirk = async (_visit, next) => {
  const answer = await next();
  const { 'oci-subject': _subject, ...headers } = answer.headers ?? {};
  return { ...answer, headers };
};

/** Has no referrers API, so clients keep the list under a tag. */
export function noReferrers(answer: Answer): Quirk {
  return (visit, next) => (visit.route.noun === 'referrers' ? Promise.resolve(answer) : hideSubject(visit, next));
}
