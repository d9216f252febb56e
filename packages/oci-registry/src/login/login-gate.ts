import type { Answer } from '../http/answer';
import type { RegistryRequest } from '../http/registry-request';
import type { Route } from '../route';

/** Stands before the routes. */
export interface LoginGate {
  /** The answer for a request that may not pass; `undefined` where it may. */
  readonly refuseEntry: (request: RegistryRequest, route: Route) => Answer | undefined;

  /** Gives out tokens; only where tokens are used. */
  readonly answerToken?: (request: RegistryRequest) => Promise<Answer>;
}

/** Lets everybody in. */
export const OPEN_GATE: LoginGate = { refuseEntry: () => undefined };
