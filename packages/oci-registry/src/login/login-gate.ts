import type { Answer } from '../http/answer';
import type { RegistryRequest } from '../http/registry-request';
import { refuse } from '../http/protocol-error';
import type { Route } from '../http/route';

/** Stands before the routes. */
export interface LoginGate {
  /** The answer for a request that may not pass; `undefined` where it may. */
  readonly refuseEntry: (request: RegistryRequest, route: Route) => Answer | undefined;

  /** 401, with how to log in for this request. */
  readonly challenge: (request: RegistryRequest, route: Route) => Answer;

  /** Gives out tokens; only where tokens are used. */
  readonly answerToken?: (request: RegistryRequest) => Promise<Answer>;

  /** Where `answerToken` is reached on the registry's own port; `undefined` where it is not. */
  readonly tokenPath?: string;
}

/** Lets everybody in. */
export const OPEN_GATE: LoginGate = {
  refuseEntry: () => undefined,
  challenge: () => refuse('UNAUTHORIZED', 'authentication required'),
};
