import { type RegistryAuth } from '../configuration/auth';
import { type RegistryEntry } from '../configuration/registry-entry';
import { entryCredentials } from './entry-credentials';

const entry = (name: string, host: string, namespace: string, auth?: RegistryAuth): RegistryEntry => ({
  name,
  host,
  namespace,
  ...(auth && { auth }),
  trustedHosts: [],
  guard: true,
  onFailure: 'abort',
});
const login = (username: string): RegistryAuth => ({ username, password: 'x' });

const SOURCE = entryCredentials([
  entry('corp', 'r.example.com', 'team', login('team')),
  entry('deep', 'r.example.com', 'team/secret', login('deep')),
  entry('port', 'r.example.com:5000', '', login('port')),
  entry('bare', 'bare.example.com', ''),
  entry('token', 'token.example.com', '', { token: 't' }),
]);

const userOf = async (registry: string, repository: string): Promise<unknown> => (await SOURCE.find(registry, repository)).credential;

describe('the logins of registries.yaml', () => {
  it('apply to the exact host and port of their entry', async () => {
    expect(await userOf('r.example.com', 'team/api')).toMatchObject({ kind: 'basic', username: 'team' });
    expect(await userOf('r.example.com:5000', 'team/api')).toMatchObject({ username: 'port' });
    expect(await userOf('r.example.com:5001', 'team/api')).toBeUndefined();
    expect(await userOf('example.com', 'team/api')).toBeUndefined();
    expect(await userOf('r.example.com.evil.net', 'team/api')).toBeUndefined();
  });

  it('apply to the namespace of their entry; the longest one decides', async () => {
    expect(await userOf('r.example.com', 'team')).toMatchObject({ username: 'team' });
    expect(await userOf('r.example.com', 'team/secret/api')).toMatchObject({ username: 'deep' });
    expect(await userOf('r.example.com', 'team/secrets')).toMatchObject({ username: 'team' });
    expect(await userOf('r.example.com', 'teams/api')).toBeUndefined();
    expect(await userOf('r.example.com', 'other/team')).toBeUndefined();
  });

  it('may be a token, or missing, which is reported', async () => {
    expect(await userOf('token.example.com', 'a')).toEqual({ kind: 'registry-token', token: 't' });
    expect(await SOURCE.find('bare.example.com', 'a')).toEqual({ searched: ['registries.yaml (no auth for bare)'] });
  });

  it('of other namespaces on the host are named where none applies', async () => {
    expect(await SOURCE.find('r.example.com', 'base/node')).toEqual({
      searched: ['registries.yaml (auth of deep is for team/secret/ alone)', 'registries.yaml (auth of corp is for team/ alone)'],
    });
    expect((await SOURCE.find('r.example.com', 'team/api')).searched).toEqual(['registries.yaml (auth of corp)']);
  });
});
