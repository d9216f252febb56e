import type { Answer } from '../http/answer';
import type { RegistryRequest } from '../http/registry-request';
import type { Quirk, Visit } from './registry-profile';

/** Passes a request through the quirks, the first one outermost, to the route. */
export function passQuirks(
  quirks: readonly Quirk[],
  visit: Visit,
  answerRoute: (request: RegistryRequest) => Promise<Answer>,
): Promise<Answer> {
  const [first, ...rest] = quirks;
  if (first === undefined) return answerRoute(visit.request);
  return first(visit, (request = visit.request) => passQuirks(rest, { ...visit, request }, answerRoute));
}
