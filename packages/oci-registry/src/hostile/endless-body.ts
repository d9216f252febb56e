import { Readable } from 'node:stream';

import type { Answer } from '../http/answer';
import type { Quirk, RegistryProfile } from '../quirks/registry-profile';
import { HONEST_LOGIN } from './credential-thief';

const PIECE = Buffer.alloc(64 * 1024, ' ');

/** Answers reads with an endless body, and writes with an endless error. */
export const endlessBody: RegistryProfile = {
  name: 'endless-body',
  title: 'a registry with endless answers',
  login: HONEST_LOGIN,
  rateLimits: [],
  settings: [],
  makeQuirks: () => [goOnForever],
};

const goOnForever: Quirk = async ({ request, route }, next) => {
  const answer = await next();
  if (route.repository === '' || request.method === 'HEAD') return answer;
  if (request.method !== 'GET') return withEndlessBody({ status: 403 });
  const { 'content-length': _length, ...headers } = answer.headers ?? {};
  return withEndlessBody({ status: answer.status, headers });
};

/** The answer, with an endless body. */
export function withEndlessBody(answer: Answer): Answer {
  return { ...answer, body: () => Readable.from(spaces()) };
}

// eslint-disable-next-line @typescript-eslint/require-await -- a body is read piece by piece; this one costs nothing to make
async function* spaces(): AsyncGenerator<Uint8Array> {
  for (;;) yield PIECE;
}
