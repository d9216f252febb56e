import { HIDDEN, knownSecrets } from '@nx-oci/model';

// Everything else in a query may be a signature or a token: storage URLs carry their permission in it.
const PLAIN_PARAMETERS: ReadonlySet<string> = new Set(['scope', 'service', 'mount', 'from', 'digest', 'n', 'last', 'tag', 'artifactType']);

/** A URL for people and logs: no user name, no password, and of the query only what is known to be harmless. */
export function redactUrl(url: URL): string {
  const parameters = [...url.searchParams].map(([name, value]) => {
    const isPlain = PLAIN_PARAMETERS.has(name);
    return isPlain ? `${name}=${sanitizeText(value, 200)}` : `${sanitizeText(name, 40)}=[hidden]`;
  });
  const query = parameters.length === 0 ? '' : `?${parameters.join('&')}`;
  const place = `${url.host}${url.pathname}`;
  return `${url.protocol}//${knownSecrets().isEncodedIn(knownSecrets().redact(place)) ? HIDDEN : `${place}${query}`}`;
}

// As long as an error's body is read.
const MAX_READ_LENGTH = 65_536;

/**
 * Text from the wire, made fit for a terminal: no control characters (they could rewrite the lines above), no
 * direction marks, one line, not longer than `maxLength` characters, and without the secrets of this run. Of a text that holds one
 * in disguise nothing is shown.
 */
export function sanitizeText(text: string, maxLength = 300): string {
  // Before it is cut: half of a secret is still a secret.
  const line = knownSecrets()
    .redactForeign(text.slice(0, MAX_READ_LENGTH))
    .slice(0, maxLength * 4)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  if (knownSecrets().isEncodedIn(line)) return HIDDEN;
  return line.length > maxLength ? `${line.slice(0, maxLength - 1)}…` : line;
}
