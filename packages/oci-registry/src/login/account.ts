import { createHash, timingSafeEqual } from 'node:crypto';

/** The account of the registry. */
export interface Account {
  readonly username: string;
  readonly password: string;
}

/** Compares a login in constant time. */
export function isAccount(account: Account, username: string, password: string): boolean {
  // Equal lengths for timingSafeEqual; both parts are always compared.
  const isUser = timingSafeEqual(fingerprint(account.username), fingerprint(username));
  const isPassword = timingSafeEqual(fingerprint(account.password), fingerprint(password));
  return isUser && isPassword;
}

/** Reads `Authorization: Basic …`; `undefined` for anything else. @see https://www.rfc-editor.org/rfc/rfc7617 */
export function parseBasic(authorization: string | undefined): Account | undefined {
  const [, encoded] = /^basic +([a-z0-9+/=_-]+) *$/i.exec(authorization ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

function fingerprint(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
