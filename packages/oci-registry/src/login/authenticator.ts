import type { Answer } from '../http/answer';
import type { RegistryRequest } from '../http/registry-request';
import { refuse } from '../http/protocol-error';
import type { Route } from '../http/route';

/** Checks requests before the routes. */
export interface Authenticator {
  /** The answer to a request without access; `undefined` with access. */
  readonly refuseAccess: (request: RegistryRequest, route: Route) => Answer | undefined;

  /** 401, with the challenge for this request. */
  readonly challenge: (request: RegistryRequest, route: Route) => Answer;

  /** Issues tokens; only for bearer logins. */
  readonly answerToken?: (request: RegistryRequest) => Promise<Answer>;

  /** The path of `answerToken` on the registry's own port, if it is there. */
  readonly tokenPath?: string;
}

/** Allows all requests. */
export const NO_LOGIN: Authenticator = {
  refuseAccess: () => undefined,
  challenge: () => refuse('UNAUTHORIZED', 'authentication required'),
};
