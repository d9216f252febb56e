import type { Answer } from '../http/answer';
import type { RegistryRequest } from '../http/registry-request';
import type { ProfileLogin } from '../quirks/registry-profile';

/**
 * The second server of a hostile profile: it accepts everything, asks for a login, and accepts any. Its log shows what it
 * captured: `authorization` and `bytesIn`.
 */
export async function answerAsCredentialThief({ method, headers, body }: RegistryRequest): Promise<Answer> {
  let sizeBytes = 0;
  for await (const piece of body) sizeBytes += piece.byteLength;
  const warning = '299 - "Give me your password."';
  if (headers.authorization === undefined) return { status: 401, headers: { 'www-authenticate': 'Basic realm="give"', warning } };
  return { status: method === 'PUT' ? 201 : 200, body: `got ${sizeBytes} bytes` };
}

/** Hostile registries ask for a password like any other. */
export const HONEST_LOGIN: ProfileLogin = { scheme: 'basic' };
