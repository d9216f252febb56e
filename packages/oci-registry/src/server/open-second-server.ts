import { refuseForeignSite } from '../browser-guard/refuse-foreign-site';
import { PlannedFaults } from '../options/faults';
import type { Answer } from '../http/answer';
import type { RegistryRequest } from '../http/registry-request';
import type { Authenticator } from '../login/authenticator';
import { openListener, type Listener } from './open-listener';
import type { NormalizedOptions } from '../options/options';
import { refuse } from '../http/protocol-error';
import type { RegistryState } from '../routes/call';
import type { RegistryProfile } from '../quirks/registry-profile';

/** The second port of an emulated registry. */
export interface SecondServer extends Listener {
  /** Issues tokens here, if the profile has its token service here. */
  serveTokens(gate: Authenticator): void;
}

/**
 * Opens the second port, if the profile has one: for other hosts to which the real registry redirects clients. To a client,
 * another port is as foreign as another host.
 */
export async function openSecondServer(options: NormalizedOptions, state: RegistryState): Promise<SecondServer | undefined> {
  const { profile, onRequest } = options;
  if (!profile || (profile.answerSecondServer === undefined && !profile.login.isOnSecondServer)) return undefined;
  let answerToken: Authenticator['answerToken'];
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
      answerToken = profile.login.isOnSecondServer ? gate.answerToken : undefined;
    },
  };
}

// Its URL is sent to clients, which cannot connect to 0.0.0.0 and ::.
function reachable(host: string): string {
  return host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
}

function isTokenRequest({ path, method }: RegistryRequest, { login }: RegistryProfile): boolean {
  return path === (login.tokenPath ?? '/token') && (method === 'GET' || method === 'POST');
}

function answerOther(request: RegistryRequest, { answerSecondServer }: RegistryProfile, state: RegistryState): Promise<Answer> {
  return answerSecondServer?.(request, state) ?? Promise.resolve(refuse('NAME_UNKNOWN', 'Unknown path.'));
}
