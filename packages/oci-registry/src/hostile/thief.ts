import type { Answer } from '../http/answer';
import type { RegistryRequest } from '../http/registry-request';
import type { ProfileLogin } from '../quirks/registry-profile';

/**
 * What is behind the second port of a hostile profile: somebody who takes all that is sent, asks for a login, and is
 * content with any. Its log tells what it got: `authorization` and `bytesIn`.
 */
export async function answerAsThief({ method, headers, body }: RegistryRequest): Promise<Answer> {
  let sizeBytes = 0;
  for await (const piece of body) sizeBytes += piece.byteLength;
  const warning = '299 - "Give me your password."';
  if (headers.authorization === undefined) return { status: 401, headers: { 'www-authenticate': 'Basic realm="give"', warning } };
  return { status: method === 'PUT' ? 201 : 200, body: `got ${sizeBytes} bytes` };
}

/** Whoever comes to a hostile registry is asked for a password like anywhere else. */
export const HONEST_LOGIN: ProfileLogin = { scheme: 'basic' };
