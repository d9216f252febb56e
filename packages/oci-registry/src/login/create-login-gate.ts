import type { RegistryRequest } from '../http/registry-request';
import type { NormalizedOptions } from '../options/options';
import type { ProfileLogin } from '../quirks/registry-profile';
import { refuse } from '../http/protocol-error';
import { createBasicGate } from './basic-gate';
import { createBearerGate } from './bearer-gate';
import { OPEN_GATE, type LoginGate } from './login-gate';

/** @param elsewhereUrl the second port; the token service is there if the profile says so. */
export function createLoginGate(
  { login, profile, settings }: Pick<NormalizedOptions, 'login' | 'profile' | 'settings'>,
  elsewhereUrl: string,
): LoginGate {
  if (!login) return OPEN_GATE;
  const played: Partial<ProfileLogin> = profile?.login ?? {};
  const gate =
    login.scheme === 'bearer'
      ? createBearerGate(login, {
          tokenSeconds: login.tokenSeconds,
          elsewhereUrl: played.isElsewhere ? elsewhereUrl : undefined,
          profile: played,
        })
      : createBasicGate(login);
  if (settings.hidesFromStrangers) return hideFromStrangers(gate);
  return played.isReadingFree ? letReadersIn(gate) : gate;
}

function letReadersIn(gate: LoginGate): LoginGate {
  return {
    ...gate,
    refuseEntry: (request, route) => (isStrangerReading(request) ? undefined : gate.refuseEntry(request, route)),
  };
}

function hideFromStrangers(gate: LoginGate): LoginGate {
  return {
    ...gate,
    refuseEntry: (request, route) =>
      isStrangerReading(request) && route.repository !== ''
        ? refuse('NAME_UNKNOWN', 'There is nothing here.')
        : gate.refuseEntry(request, route),
  };
}

function isStrangerReading({ method, headers }: RegistryRequest): boolean {
  return (method === 'GET' || method === 'HEAD') && headers.authorization === undefined;
}
