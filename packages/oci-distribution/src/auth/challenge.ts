/** How a registry asks clients to log in. */
export type Challenge =
  | { readonly scheme: 'basic' }
  | {
      readonly scheme: 'bearer';
      readonly realm: string;
      readonly service: string | undefined;
    };

interface RawChallenge {
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

// No registry needs more; a longer header is an attack.
const MAX_HEADER_LENGTH = 16_384;

/**
 * Reads `WWW-Authenticate`: several challenges in one or several headers, any case, values quoted or not.
 * The scope in it is ignored: GHCR sends a placeholder (`repository:user/image:pull`), and we know which scopes we need.
 *
 * @returns Bearer before Basic; `undefined` if there is neither.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
 * @see https://github.com/distribution/distribution/blob/v3.0.0/docs/content/spec/auth/token.md
 */
export function parseChallenge(header: string | readonly string[] | undefined): Challenge | undefined {
  const text = (typeof header === 'string' ? header : (header ?? []).join(', ')).slice(0, MAX_HEADER_LENGTH);
  const challenges = splitChallenges(text);
  const bearer = challenges.find(({ scheme, parameters }) => scheme === 'bearer' && parameters.has('realm'));
  const realm = bearer?.parameters.get('realm');
  if (realm !== undefined) return { scheme: 'bearer', realm, service: bearer?.parameters.get('service') };
  return challenges.some(({ scheme }) => scheme === 'basic') ? { scheme: 'basic' } : undefined;
}

function splitChallenges(text: string): readonly RawChallenge[] {
  const challenges: { readonly scheme: string; readonly parameters: Map<string, string> }[] = [];
  // Either a `name=value` of the previous challenge, or a bare word: the scheme of the next one. Sticky, and no two parts of
  // the pattern can match the same character, so the time is linear.
  const item = /[\s,]*([!#$%&'*+.^_`|~\w-]+)(?:[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?/y;
  for (let match = item.exec(text); match !== null; match = item.exec(text)) {
    const [, word = '', quoted, bare] = match;
    const value = quoted?.replace(/\\(.)/g, '$1') ?? bare;
    if (value === undefined) challenges.push({ scheme: word.toLowerCase(), parameters: new Map() });
    else challenges.at(-1)?.parameters.set(word.toLowerCase(), value);
  }
  return challenges;
}
