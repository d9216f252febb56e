import { digestOf } from '@nx-oci/model';

import type { Quirk, RegistryProfile } from '../quirks/registry-profile';
import { HONEST_LOGIN } from './thief';

/** Takes what it is sent, and says that it has stored something else: whoever pulls by that digest gets another image. */
export const falseReceipt: RegistryProfile = {
  name: 'false-receipt',
  title: 'a registry that says that it has stored something else',
  login: HONEST_LOGIN,
  rateLimits: [],
  settings: [],
  makeQuirks: () => [nameAnother],
};

const nameAnother: Quirk = async (_visit, next) => {
  const answer = await next();
  return answer.status === 201
    ? { ...answer, headers: { ...answer.headers, 'docker-content-digest': digestOf('something else') } }
    : answer;
};
