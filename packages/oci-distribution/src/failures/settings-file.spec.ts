import { isOciError } from '@nx-oci/model';
import { startRegistry } from '@nx-oci/registry';

import { createRegistryClient } from '../client';

/** The client's hint for a registry that requires a login. */
async function hintOf(settingsFile?: string): Promise<string | undefined> {
  const registry = await startRegistry({ login: { username: 'me', password: 's3cret', scheme: 'basic' } });
  const client = createRegistryClient({
    ...(settingsFile !== undefined && { settingsFile }),
    credentials: { find: () => Promise.resolve({ searched: [] }) },
  });
  try {
    await client.repository({ registry: registry.host, repository: 'team/api' }).listTags();
    return 'it answered';
  } catch (error) {
    return isOciError(error) ? error.hint : String(error);
  } finally {
    await client.close();
    await registry.close();
  }
}

it('a hint names the settings file if the caller has one', async () => {
  expect(await hintOf('settings.yaml')).toContain('or set `auth` for it in settings.yaml, and the variables that it names.');
  expect(await hintOf()).toContain('or set `auth` for it, and the variables that it names.');
});
