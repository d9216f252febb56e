import { credentialChain, type CredentialSource, isSameCredential } from './credential';

const source = (name: string, password?: string): CredentialSource => ({
  find: () =>
    Promise.resolve({
      credential: password === undefined ? undefined : { kind: 'basic', username: name, password },
      searched: [`${name} (${password === undefined ? 'no entry' : 'found'})`],
    }),
});

describe('credentialChain', () => {
  it('uses the first source with credentials, and lists the searched ones', async () => {
    const chain = credentialChain([source('registries.yaml'), source('config.json', 'x'), source('auth.json', 'y')]);
    expect(await chain.find('r.example.com', 'a')).toEqual({
      credential: { kind: 'basic', username: 'config.json', password: 'x' },
      searched: ['registries.yaml (no entry)', 'config.json (found)'],
    });
  });

  it('is anonymous if no source has credentials', async () => {
    expect(await credentialChain([source('a'), source('b')]).find('r.example.com', 'a')).toEqual({
      searched: ['a (no entry)', 'b (no entry)'],
    });
  });
});

describe('isSameCredential', () => {
  it('distinguishes accounts, and a token from a password', () => {
    const alice = { kind: 'basic', username: 'alice', password: 'x' } as const;
    expect(isSameCredential(alice, { ...alice })).toBe(true);
    expect(isSameCredential(undefined, undefined)).toBe(true);
    expect(isSameCredential(alice, { ...alice, username: 'bob' })).toBe(false);
    expect(isSameCredential({ kind: 'identity-token', token: 'x' }, { kind: 'registry-token', token: 'x' })).toBe(false);
    expect(isSameCredential(alice, undefined)).toBe(false);
  });
});
