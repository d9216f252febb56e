import type { NormalizedOptions } from '../options';
import { createBasicGate } from './basic-gate';
import { createBearerGate } from './bearer-gate';
import { OPEN_GATE, type LoginGate } from './login-gate';

export function createLoginGate(login: NormalizedOptions['login']): LoginGate {
  if (!login) return OPEN_GATE;
  return login.scheme === 'bearer' ? createBearerGate(login, login.tokenSeconds) : createBasicGate(login);
}
