import { profiles, type RunningRegistry, type StartRegistryOptions } from '@nx-oci/registry';
import { toFailWithCode } from '@nx-oci/model/testing';

import { type Credential } from '../credentials/credential';
import { ALICE, testClient } from '../testing/test-client';
import { startRegistry } from '../testing/test-registry';

expect.extend({ toFailWithCode });

const LOGIN = { username: ALICE.username, password: ALICE.password, scheme: 'bearer' } as const;

interface Attempt {
  readonly registry: RunningRegistry;
  readonly outcome: Promise<void>;
}

describe('trying a push', () => {
  async function tryAs(credential: Credential | undefined, options: StartRegistryOptions = {}, status?: number): Promise<Attempt> {
    const registry = await startRegistry(options);
    if (status !== undefined) registry.faults.add({ method: 'DELETE', path: /uploads/, answer: { status } });
    const repository = testClient({ credential }).repository({ registry: registry.host, repository: 'team/api', access: 'push' });
    return { registry, outcome: repository.tryPush() };
  }
  const exchanges = ({ registry }: Attempt): readonly string[] =>
    registry.log
      .entries()
      .filter(({ path }) => path.includes('/uploads/'))
      .map(({ method, status }) => `${method} ${status}`);

  it('opens an upload and cancels it', async () => {
    const attempt = await tryAs(ALICE, { login: LOGIN });
    await attempt.outcome;
    expect(exchanges(attempt)).toEqual(['POST 401', 'POST 202', 'DELETE 204']);
  });

  it('works if the registry does not cancel uploads', async () => {
    const attempt = await tryAs(undefined, {}, 405);
    await attempt.outcome;
    expect(exchanges(attempt)).toEqual(['POST 202', 'DELETE 405']);
  });

  it('fails with the error of the registry and a hint', async () => {
    const { outcome } = await tryAs(ALICE, { login: LOGIN, profile: profiles.ghcr, settings: { repositories: ['team/web'] } });
    await expect(outcome).toFailWithCode(
      'DENIED',
      /^Cannot open an upload to .+\/team\/api: .+ 403 \(DENIED: permission_denied: write_package\)/,
    );
    await expect(outcome).rejects.toMatchObject({ hint: expect.stringContaining('Manage Actions access') });
  });

  it('fails without a login', async () => {
    await expect((await tryAs(undefined, { login: LOGIN })).outcome).toFailWithCode('UNAUTHORIZED', /no credentials/);
  });
});
