import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a form would delete: the token of one form is of no use for another. */
export interface FormFields {
  readonly repository: string;
  readonly reference: string;
  readonly digest: string;
}

/** A value that only pages of this registry contain, so that a form of another site is recognised. Ends with the process. */
export function makeFormToken(key: Uint8Array, { repository, reference, digest }: FormFields): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([repository, reference, digest]))
    .digest('base64url');
}

export function isFormToken(key: Uint8Array, fields: FormFields, token: string): boolean {
  const [expected, given] = [Buffer.from(makeFormToken(key, fields)), Buffer.from(token)];
  return expected.byteLength === given.byteLength && timingSafeEqual(expected, given);
}
