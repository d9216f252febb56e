import { type ImageReference } from '@nx-oci/model';

import { loadRegistries } from '../../configuration/registries';
import { usableEntries } from '../../configuration/usable-entries';
import { openConnection, type Connection } from '../../connection/open-connection';
import type { OpenRepository } from '../../engines/native/load-base';

export interface BaseOpener {
  readonly openRepository: OpenRepository;
  close(): Promise<void>;
}

interface Surroundings {
  readonly workspaceRoot: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

/** Opens base images with the settings of registries.yaml for their hosts; connects when the first is asked for. */
export function createBaseOpener({ workspaceRoot, env, signal }: Surroundings): BaseOpener {
  let connection: Promise<Connection> | undefined;
  const connect = async () => {
    const registries = await loadRegistries(workspaceRoot, env);
    return openConnection({ entries: usableEntries(registries), env, ...(signal === undefined ? {} : { signal }) });
  };
  return {
    async openRepository({ registry, repository }: ImageReference) {
      const { client } = await (connection ??= connect());
      return client.repository({ registry, repository });
    },
    async close() {
      // A connection that failed was told of by the build that wanted it.
      const [made] = await Promise.allSettled([connection]);
      if (made.status === 'fulfilled') await made.value?.client.close();
    },
  };
}
