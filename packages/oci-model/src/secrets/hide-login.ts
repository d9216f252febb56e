import { HIDDEN } from './redactor';

/**
 * What follows a login in a text that should name a registry or an image: `ghcr.io/app` of `robot:s3cret@ghcr.io/app`.
 * `undefined` where there is none: in `app@sha256:…`, `@scope/app` and `app@latest`.
 */
export function findAfterLogin(text: string): string | undefined {
  const at = text.lastIndexOf('@');
  if (at <= 0) return undefined;
  const after = text.slice(at + 1);
  if (/^[a-z0-9]{1,20}:[0-9a-f]*$/i.test(after)) return findAfterLogin(text.slice(0, at)) === undefined ? undefined : after;
  return text.slice(0, at).includes(':') || /[./]/.test(after) ? after : undefined;
}

/** The text with its login hidden; one with a digest at its end keeps nothing but the digest. */
export function hideLogin(text: string): string {
  const after = findAfterLogin(text);
  return after === undefined ? text : `${/^[a-z][a-z0-9+.-]{0,20}:\/\//i.exec(text)?.[0] ?? ''}${HIDDEN}@${after}`;
}
