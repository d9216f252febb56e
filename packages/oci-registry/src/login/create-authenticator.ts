import type { RegistryRequest } from '../http/registry-request';
import type { NormalizedOptions } from '../options/options';
import type { ProfileLogin } from '../quirks/registry-profile';
import { refuse } from '../http/protocol-error';
import { createBasicAuthenticator } from './basic-authenticator';
import { createBearerAuthenticator } from './bearer-authenticator';
import { NO_LOGIN, type Authenticator } from './authenticator';

/** @param elsewhereUrl the second port, with the token service if the profile has it there. */
export function createAuthenticator(
  { login, profile, settings }: Pick<NormalizedOptions, 'login' | 'profile' | 'settings'>,
  elsewhereUrl: string,
): Authenticator {
  if (!login) return NO_LOGIN;
  const emulated: Partial<ProfileLogin> = profile?.login ?? {};
  const gate =
    login.scheme === 'bearer'
      ? createBearerAuthenticator(login, {
          tokenSeconds: login.tokenSeconds,
          secondServerUrl: emulated.isOnSecondServer ? elsewhereUrl : undefined,
          profile: emulated,
        })
      : createBasicAuthenticator(login);
  if (settings.hidesFromStrangers) return hideFromAnonymous(gate);
  return emulated.isReadingFree ? allowAnonymousReads(gate) : gate;
}

function allowAnonymousReads(gate: Authenticator): Authenticator {
  return {
    ...gate,
    refuseAccess: (request, route) => (isAnonymousRead(request) ? undefined : gate.refuseAccess(request, route)),
  };
}

function hideFromAnonymous(gate: Authenticator): Authenticator {
  return {
    ...gate,
    refuseAccess: (request, route) =>
      isAnonymousRead(request) && route.repository !== ''
        ? refuse('NAME_UNKNOWN', 'There is no such repository.')
        : gate.refuseAccess(request, route),
  };
}

function isAnonymousRead({ method, headers }: RegistryRequest): boolean {
  return (method === 'GET' || method === 'HEAD') && headers.authorization === undefined;
}
