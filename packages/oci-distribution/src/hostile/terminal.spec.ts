import { type OciError } from '@nx-oci/model';
import { hostileProfiles } from '@nx-oci/registry';

import { pull, push, setTrap } from '../testing/trap';

// Control characters of C0 and C1, and marks that change the direction of text.
const ORDERS = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

describe('a hostile registry that writes to the terminal', () => {
  it.each([
    { how: 'in its errors', profile: hostileProfiles.terminalCodes, act: push, code: 'DENIED', words: 'everything was published' },
    { how: 'in the name of its token service', profile: hostileProfiles.terminalHeaders, act: pull, code: 'REALM_REFUSED', words: 'owned' },
    { how: 'in its documents', profile: hostileProfiles.terminalDocument, act: pull, code: 'MANIFEST_INVALID', words: 'owned' },
  ])('$how gets its text printed without control characters', async ({ profile, act, code, words }) => {
    const failure = (await act(await setTrap(profile)).catch((error: unknown) => error)) as OciError;
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(words);
    expect(`${failure.message}${failure.hint ?? ''}`).not.toMatch(ORDERS);
  });

  it('in its warnings gets them printed the same way', async () => {
    const trap = await setTrap(hostileProfiles.terminalHeaders);
    await pull(trap).catch((error: unknown) => error);
    const texts = trap.client.warnings().map(({ text }) => text);
    expect(texts).toEqual([expect.stringContaining('beware')]);
    expect(texts.join('')).not.toMatch(ORDERS);
  });
});
