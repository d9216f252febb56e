import { refuseForeignSite } from '../browser-guard/refuse-foreign-site';
import { PlannedFaults } from '../options/faults';
import type { Answer } from '../http/answer';
import type { RegistryRequest } from '../http/registry-request';
import type { LoginGate } from '../login/login-gate';
import { openListener, type Listener } from './open-listener';
import type { NormalizedOptions } from '../options/options';
import { refuse } from '../http/protocol-error';
import type { RegistryState } from '../routes/call';
import type { RegistryProfile } from '../quirks/registry-profile';

/** The second port of a played registry. */
export interface Elsewhere extends Listener {
  /** From now on tokens are given out here, if the profile has them here. */
  serveTokens(gate: LoginGate): void;
}

/**
 * Opens the second port, if the profile has one: for servers of another name that the real registry sends clients to.
 * To a client another port is as foreign as another host.
 */
export async function openElsewhere(options: NormalizedOptions, state: RegistryState): Promise<Elsewhere | undefined> {
  const { profile, onRequest } = options;
  if (!profile || (profile.answerElsewhere === undefined && !profile.login.isElsewhere)) return undefined;
  let answerToken: LoginGate['answerToken'];
  const listener = await openListener({
    port: 0,
    host: reachable(options.host),
    faults: new PlannedFaults(),
    onRequest,
    answerer: async (request) =>
      refuseForeignSite(request, options) ??
      (answerToken && isTokenRequest(request, profile) ? answerToken(request) : answerOther(request, profile, state)),
  });
  return {
    ...listener,
    serveTokens: (gate) => {
      answerToken = profile.login.isElsewhere ? gate.answerToken : undefined;
    },
  };
}

// Its URL goes into headers: 0.0.0.0 and :: are every address, but none that a client can be told.
function reachable(host: string): string {
  return host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
}

function isTokenRequest({ path, method }: RegistryRequest, { login }: RegistryProfile): boolean {
  return path === (login.tokenPath ?? '/token') && (method === 'GET' || method === 'POST');
}

function answerOther(request: RegistryRequest, { answerElsewhere }: RegistryProfile, state: RegistryState): Promise<Answer> {
  return answerElsewhere?.(request, state) ?? Promise.resolve(refuse('NAME_UNKNOWN', 'There is nothing at this path.'));
}
