import { startRegistry as start, type RunningRegistry, type StartRegistryOptions } from '@nx-oci/registry';

import { closeAfterEach } from './close-after-each';

/** The embedded registry on a free port, until the spec is over. */
export async function startRegistry(options?: StartRegistryOptions): Promise<RunningRegistry> {
  return closeAfterEach(await start(options));
}
