import { HIDDEN } from './redactor';

/**
 * The text after a login in what should be a registry or an image: `ghcr.io/app` of `robot:s3cret@ghcr.io/app`.
 * `undefined` if there is no login, as in `app@sha256:…`, `@scope/app` and `app@latest`.
 */
export function findAfterLogin(text: string): string | undefined {
  const at = text.lastIndexOf('@');
  if (at <= 0) return undefined;
  const after = text.slice(at + 1);
  if (/^[a-z0-9]{1,20}:[0-9a-f]*$/i.test(after)) return findAfterLogin(text.slice(0, at)) === undefined ? undefined : after;
  return text.slice(0, at).includes(':') || /[./]/.test(after) ? after : undefined;
}

/** The text with its login hidden; of a text that ends with a digest, only the digest is kept. */
export function hideLogin(text: string): string {
  const after = findAfterLogin(text);
  return after === undefined ? text : `${/^[a-z][a-z0-9+.-]{0,20}:\/\//i.exec(text)?.[0] ?? ''}${HIDDEN}@${after}`;
}
