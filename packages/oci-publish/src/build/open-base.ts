import { type ImageReference, type TagReader } from '@nx-oci/model';

import { loadRegistries } from '../configuration/registries';
import { usableEntries } from '../configuration/usable-entries';
import { hintsFolder, RegistryMemory } from '../connection/memory/registry-memory';
import { openConnection, type Connection } from '../connection/open-connection';
import type { OpenRepository } from '../engines/base/load-base';

export interface BaseOpener {
  readonly openRepository: OpenRepository;
  close(): Promise<void>;
}

type ReadManifest = TagReader['fetchManifest'];

interface Surroundings {
  readonly workspaceRoot: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

/**
 * Opens base images with the settings of registries.yaml for their hosts; connects at the first one. Stores what it learns about
 * a host, so that a later publish knows how to log in.
 */
export function createBaseOpener(surroundings: Surroundings): BaseOpener {
  let reach: Promise<Connection> | undefined;
  // Images for different platforms of a base look it up once, so that all use the same version of it.
  const looks = new Map<string, ReturnType<ReadManifest>>();
  return {
    async openRepository({ registry, repository }: ImageReference) {
      const { client, memory } = await (reach ??= connect(surroundings));
      await memory.meet(registry);
      const opened = client.repository({ registry, repository });
      const fetchManifest: ReadManifest = (reference, options) => {
        const key = `${registry}/${repository} ${reference}`;
        const found = looks.get(key) ?? opened.fetchManifest(reference, options);
        looks.set(key, found);
        const forget = (): boolean => looks.delete(key);
        found.then((manifest) => manifest ?? forget(), forget);
        return found;
      };
      return { ...opened, fetchManifest };
    },
    async close() {
      // A failed connection was reported by the build that needed it.
      const [made] = await Promise.allSettled([reach]);
      if (made.status === 'fulfilled') await made.value?.close();
    },
  };
}

async function connect({ workspaceRoot, env, signal }: Surroundings): Promise<Connection> {
  const entries = usableEntries(await loadRegistries(workspaceRoot, env));
  const memory = await RegistryMemory.open([], { folder: hintsFolder(workspaceRoot, env) });
  return openConnection({ entries, env, signal, memory });
}
