import { digestOf } from '@nx-oci/model';

import type { Quirk, RegistryProfile } from '../quirks/registry-profile';
import { HONEST_LOGIN } from './credential-thief';

/** Claims to have stored other content than it received: pulls by that digest get another image. */
export const falseReceipt: RegistryProfile = {
  name: 'false-receipt',
  title: 'a registry that claims to have stored other content',
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
