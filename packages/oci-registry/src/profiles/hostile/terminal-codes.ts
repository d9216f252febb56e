import { complain } from '../complain';
import type { Quirk, RegistryProfile } from '../registry-profile';
import { HONEST_LOGIN } from './thief';

/** Clears the screen, renames the window, rings, turns the text around and writes a line of its own, in the name of the client. */
export const TERMINAL_CODES = '\u001b[2J\u001b]0;owned\u0007\u009b31m\u202e\r\nSuccess: everything was published.\u0000';

/** Writes to the terminal of whoever reads its errors. */
export const terminalCodes: RegistryProfile = {
  name: 'terminal-codes',
  title: 'a registry that writes to the terminal',
  login: HONEST_LOGIN,
  rateLimits: [],
  settings: [],
  makeQuirks: () => [refuseLoudly],
};

const refuseLoudly: Quirk = ({ route }, next) =>
  route.repository === '' ? next() : Promise.resolve(complain({ status: 403, code: `DENIED${TERMINAL_CODES}`, message: TERMINAL_CODES }));
