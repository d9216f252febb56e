import { startRegistry as start, type RunningRegistry, type StartRegistryOptions } from '@nx-oci/registry';

import { closeAfterEach } from './close-after-each';

/** The embedded registry on a free port, closed at the end of the spec. */
export async function startRegistry(options?: StartRegistryOptions): Promise<RunningRegistry> {
  // Some specs use a public name.
  return closeAfterEach(await start({ allowedHosts: ['*'], ...options }));
}
