import type { NormalizedOptions } from '../options';
import type { ProfileLogin } from '../profiles/registry-profile';
import { createBasicGate } from './basic-gate';
import { createBearerGate } from './bearer-gate';
import { OPEN_GATE, type LoginGate } from './login-gate';

/** @param elsewhereUrl the second port; the token service is there if the profile says so. */
export function createLoginGate({ login, profile }: Pick<NormalizedOptions, 'login' | 'profile'>, elsewhereUrl: string): LoginGate {
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
  return played.isReadingFree ? letReadersIn(gate) : gate;
}

function letReadersIn(gate: LoginGate): LoginGate {
  return {
    ...gate,
    refuseEntry: (request, route) => {
      const isReading = request.method === 'GET' || request.method === 'HEAD';
      return isReading && request.headers.authorization === undefined ? undefined : gate.refuseEntry(request, route);
    },
  };
}
