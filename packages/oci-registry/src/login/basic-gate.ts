import type { Answer } from '../http/answer';
import { refuse } from '../http/protocol-error';
import { isAccount, parseBasic, type Account } from './account';
import type { LoginGate } from './login-gate';

export const BASIC_CHALLENGE = 'Basic realm="oci-registry", charset="UTF-8"';

/** Name and password with every request. */
export function createBasicGate(account: Account): LoginGate {
  return {
    refuseEntry({ headers }) {
      const given = parseBasic(headers.authorization);
      if (given && isAccount(account, given.username, given.password)) return undefined;
      return refuseWith(given ? 'The user name or the password is wrong.' : 'This registry asks for a login.');
    },
    challenge: () => refuseWith('This account may not do this.'),
  };
}

function refuseWith(message: string): Answer {
  return refuse('UNAUTHORIZED', message, { headers: { 'www-authenticate': BASIC_CHALLENGE } });
}
