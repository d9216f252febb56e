import { answerError } from '../quirks/answer-error';
import type { Quirk, RegistryProfile } from '../quirks/registry-profile';
import { HONEST_LOGIN } from './credential-thief';

/** Clears the screen, renames the window, rings, reverses the text and writes a line that looks like the client's. */
export const TERMINAL_CODES = '\u001b[2J\u001b]0;owned\u0007\u009b31m\u202e\r\nSuccess: everything was published.\u0000';

/** Writes to the terminal through its errors. */
export const terminalCodes: RegistryProfile = {
  name: 'terminal-codes',
  title: 'a registry that writes to the terminal',
  login: HONEST_LOGIN,
  rateLimits: [],
  settings: [],
  makeQuirks: () => [refuseLoudly],
};

const refuseLoudly: Quirk = ({ route }, next) =>
  route.repository === ''
    ? next()
    : Promise.resolve(answerError({ status: 403, code: `DENIED${TERMINAL_CODES}`, message: TERMINAL_CODES }));

/** The same in headers, without line breaks: in the name of a token service, and in a warning. */
export const terminalHeaders: RegistryProfile = {
  ...terminalCodes,
  name: 'terminal-headers',
  title: 'a registry that writes to the terminal by its headers',
  makeQuirks: () => [challengeLoudly],
};

// Encoded as bytes, since a client reads UTF-8 there.
const HEADER_CODES = Buffer.from('\u009b2J\u009d0;owned\u009c\u202e').toString('latin1');

const challengeLoudly: Quirk = ({ route }, next) =>
  route.repository === ''
    ? next()
    : Promise.resolve({
        status: 401,
        headers: { 'www-authenticate': `Bearer realm="nowhere${HEADER_CODES}"`, warning: `299 - "beware${HEADER_CODES}"` },
      });
