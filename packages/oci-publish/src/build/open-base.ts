import { type ImageReference } from '@nx-oci/model';

import { loadRegistries } from '../configuration/registries';
import { usableEntries } from '../configuration/usable-entries';
import { hintsFolder, RegistryMemory } from '../connection/memory/registry-memory';
import { openConnection, type Connection } from '../connection/open-connection';
import type { OpenRepository } from '../engines/base/load-base';

export interface BaseOpener {
  readonly openRepository: OpenRepository;
  close(): Promise<void>;
}

interface Surroundings {
  readonly workspaceRoot: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

/** What base images are read with. */
interface Reach {
  readonly connection: Connection;
  readonly hints: RegistryMemory;
}

/**
 * Opens base images with the settings of registries.yaml for their hosts; connects when the first is asked for. What it
 * learns of a host is kept, so that the publish after it need not ask how to log in.
 */
export function createBaseOpener(surroundings: Surroundings): BaseOpener {
  let reach: Promise<Reach> | undefined;
  return {
    async openRepository({ registry, repository }: ImageReference) {
      const { connection, hints } = await (reach ??= connect(surroundings));
      await hints.meet(registry);
      return connection.client.repository({ registry, repository });
    },
    async close() {
      // A connection that failed was told of by the build that wanted it.
      const [made] = await Promise.allSettled([reach]);
      if (made.status !== 'fulfilled' || made.value === undefined) return;
      const { connection, hints } = made.value;
      await hints.save(connection.client.learned());
      await connection.client.close();
    },
  };
}

async function connect({ workspaceRoot, env, signal }: Surroundings): Promise<Reach> {
  const entries = usableEntries(await loadRegistries(workspaceRoot, env));
  const hints = await RegistryMemory.open(hintsFolder(workspaceRoot, env), []);
  const connection = await openConnection({ entries, env, signal, recall: (registry) => hints.factsOf(registry) });
  return { connection, hints };
}
