import type { ProfileSettings, Quirk, RateLimitAnswer } from './registry-profile';

const MINUTE_MS = 60_000;

/** Counts requests in fixed windows of a minute; excess requests get the answers of the registry in turn. */
export function limitRate({ requestsPerMinute }: ProfileSettings, answers: readonly RateLimitAnswer[]): Quirk {
  let startedMs = -Infinity;
  let count = 0;
  return (_visit, next) => {
    if (requestsPerMinute === undefined || answers.length === 0) return next();
    const nowMs = performance.now();
    if (nowMs - startedMs >= MINUTE_MS) [startedMs, count] = [nowMs, 0];
    count += 1;
    const surplus = count - requestsPerMinute - 1;
    const answer = surplus < 0 ? undefined : answers[surplus % answers.length];
    return answer ? Promise.resolve(answer(startedMs + MINUTE_MS - nowMs)) : next();
  };
}
