import { HIDDEN, knownSecrets } from '@nx-oci/model';

// Every other parameter may be a signature or a token: storage URLs contain their authorization.
const PLAIN_PARAMETERS: ReadonlySet<string> = new Set(['scope', 'service', 'mount', 'from', 'digest', 'n', 'last', 'tag', 'artifactType']);

/** A URL for messages and logs: without user name and password, and only with harmless query parameters. */
export function redactUrl(url: URL): string {
  const parameters = [...url.searchParams].map(([name, value]) => {
    const isPlain = PLAIN_PARAMETERS.has(name);
    return isPlain ? `${name}=${sanitizeText(value, 200)}` : `${sanitizeText(name, 40)}=[hidden]`;
  });
  const query = parameters.length === 0 ? '' : `?${parameters.join('&')}`;
  const address = `${url.host}${url.pathname}`;
  return `${url.protocol}//${knownSecrets().isEncodedIn(knownSecrets().redact(address)) ? HIDDEN : `${address}${query}`}`;
}

// As much as is read of an error body.
const MAX_READ_LENGTH = 65_536;

/**
 * Foreign text, sanitised for a terminal: on one line, without control characters (which could rewrite earlier lines) and
 * direction marks, at most `maxLength` characters, and without the secrets of this run. A text that contains an encoded secret
 * is hidden completely.
 */
export function sanitizeText(text: string, maxLength = 300): string {
  // Before truncation: half of a secret is still a secret.
  const line = knownSecrets()
    .redactForeign(text.slice(0, MAX_READ_LENGTH))
    .slice(0, maxLength * 4)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  if (knownSecrets().isEncodedIn(line)) return HIDDEN;
  return line.length > maxLength ? `${line.slice(0, maxLength - 1)}…` : line;
}
