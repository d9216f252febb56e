import { isDigest } from '@nx-oci/model';

import type { Answer } from '../http/answer';
import { manifestRoutes } from '../routes/manifests';
import type { Quirk } from './registry-profile';

/** Does not confirm the subject of a manifest. */
export const hideSubject: Quirk = async (_visit, next) => {
  const answer = await next();
  const { 'oci-subject': _subject, ...headers } = answer.headers ?? {};
  return { ...answer, headers };
};

/** Has no referrers API, so that clients keep the list under a tag. */
export function noReferrers(answer: Answer): Quirk {
  return (visit, next) => (visit.route.noun === 'referrers' ? Promise.resolve(answer) : hideSubject(visit, next));
}

/** Answers the tag of a missing referrers list with the subject itself. */
export const answerListWithSubject: Quirk = async ({ request, route, state }, next) => {
  const answer = await next();
  const isReading = request.method === 'GET' || request.method === 'HEAD';
  const subject = route.reference.replace(/^sha256-/, 'sha256:');
  if (route.noun !== 'manifest' || answer.status !== 404 || !isReading || subject === route.reference || !isDigest(subject)) return answer;
  // HEAD is GET without its body.
  return (await manifestRoutes.GET?.({ state, request, repository: route.repository, reference: subject })) ?? answer;
};
