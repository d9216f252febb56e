import type { Answer } from '../http/answer';
import { refuse } from '../http/protocol-error';
import { isAccount, parseBasic, type Account } from './account';
import type { Authenticator } from './authenticator';

export const BASIC_CHALLENGE = 'Basic realm="oci-registry", charset="UTF-8"';

/** Name and password with every request. */
export function createBasicAuthenticator(account: Account): Authenticator {
  return {
    refuseAccess({ headers }) {
      const given = parseBasic(headers.authorization);
      if (given && isAccount(account, given.username, given.password)) return undefined;
      return refuseWith(given ? 'The user name or the password is wrong.' : 'This registry requires a login.');
    },
    challenge: () => refuseWith('This account may not do this.'),
  };
}

function refuseWith(message: string): Answer {
  return refuse('UNAUTHORIZED', message, { headers: { 'www-authenticate': BASIC_CHALLENGE } });
}
