import { OciError } from '@nx-oci/model';

import { followLocation, type HostRules, refuse } from '../transport/redirect';
import { headerOf, type RegistryAnswer } from '../transport/request';

/**
 * The next page of a list, from `Link: </v2/…>; rel="next"`. It is requested with our token, so it must be on the registry.
 *
 * @returns `undefined` if the answer names none.
 * @throws OciError `REDIRECT_REFUSED`; `REGISTRY_FAILED` if the header is invalid, since there may be a next page.
 * @see https://www.rfc-editor.org/rfc/rfc8288#section-3
 */
export function nextPageOf(answer: Pick<RegistryAnswer, 'headers' | 'url'>, rules: HostRules): URL | undefined {
  const { host } = new URL(rules.origin);
  const targets = parseNextLinks(headerOf(answer, 'link') ?? '');
  if (targets === undefined)
    throw new OciError('REGISTRY_FAILED', `Cannot read the next page of a list: ${host} sent an invalid \`Link\` header.`);
  const [target, ...others] = new Set(targets);
  if (target === undefined) return undefined;
  if (others.length > 0) throw new OciError('REGISTRY_FAILED', `Cannot read the next page of a list: ${host} named more than one.`);
  const url = followLocation(answer.url, target, rules);
  if (url.origin === rules.origin) return url;
  throw refuse('REDIRECT_REFUSED', `${host} names ${url.host} for the next page of a list`, 'which is another server');
}

// Sticky, and no two parts of a pattern can match the same character, so the time is linear.
const SEPARATORS = /[\s,]*/y;
const TARGET = /<([^<>]*)>/y;
const PARAMETER = /\s*;\s*([^\s=;,"<>]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",;<>]+)))?/y;
const END = /\s*(?:,|$)/y;

/** The targets of all links with the relation `next`; `undefined` if the header is invalid. */
function parseNextLinks(header: string): readonly string[] | undefined {
  const targets: string[] = [];
  let at = 0;
  const read = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(header);
    if (found !== null) at = pattern.lastIndex;
    return found;
  };
  for (read(SEPARATORS); at < header.length; read(SEPARATORS)) {
    const target = read(TARGET);
    if (target === null) return undefined;
    // Of several `rel` the first one counts.
    let relation: string | undefined;
    for (let found = read(PARAMETER); found !== null; found = read(PARAMETER)) {
      if (found[1]?.toLowerCase() === 'rel') relation ??= found[2] ?? found[3] ?? '';
    }
    if (read(END) === null) return undefined;
    if (relation?.toLowerCase().split(/\s+/).includes('next')) targets.push(target[1] ?? '');
  }
  return targets;
}
