import { followLocation, type HostRules, refuse } from './transport/redirect';
import { headerOf, type RegistryAnswer } from './transport/request';

/**
 * The next page of a list, from `Link: </v2/…>; rel="next"`. It is asked with our token, so it must be the registry's own.
 *
 * @throws OciError `REDIRECT_REFUSED`
 * @see https://www.rfc-editor.org/rfc/rfc8288#section-3
 */
export function nextPageOf(answer: RegistryAnswer, rules: HostRules): URL | undefined {
  const [, target] = /<([^<>]{1,4096})>\s*;[^,<]*\brel="?next"?/i.exec(headerOf(answer, 'link') ?? '') ?? [];
  if (target === undefined) return undefined;
  const url = followLocation(answer.url, target, rules);
  if (url.origin === rules.origin) return url;
  throw refuse('REDIRECT_REFUSED', `${new URL(rules.origin).host} names ${url.host} for the next page of a list`, 'that is another server');
}
