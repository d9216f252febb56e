import { startRegistry as start, type RunningRegistry, type StartRegistryOptions } from '@nx-oci/registry';

import { closeAfterEach } from './close-after-each';

/** The embedded registry on a free port, until the spec is over. */
export async function startRegistry(options?: StartRegistryOptions): Promise<RunningRegistry> {
  // Some specs give it a public name.
  return closeAfterEach(await start({ allowedHosts: ['*'], ...options }));
}
