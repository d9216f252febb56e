import { type RegistryClient } from '@nx-oci/distribution';
import { type Descriptor } from '@nx-oci/model';

import { type RegistryEntry } from '../../configuration/registry-entry';
import { memorizeManifests } from '../../connection/memory/memorize-manifests';
import { type RegistryMemory } from '../../connection/memory/registry-memory';
import { type Destination } from '../destination/destination';
import { findMountSource, type MountableLayers } from './mount-source';

export interface DestinationName {
  readonly entry: RegistryEntry;
  readonly registry: string;
  readonly repository: string;
}

/** The blobs for a destination. */
export interface MountableContents {
  readonly contents: readonly Descriptor[];
  readonly mountSource?: MountableLayers;
  /** Repositories that have some of the blobs already. */
  readonly staged?: readonly MountableLayers[];
}

// Each one makes the token longer, which is sent with every request.
const MAX_MOUNT_SOURCES = 10;

/** Opens a repository for writing; the first token also covers repositories that blobs may be mounted from. */
export function openDestination(
  { entry, registry, repository }: DestinationName,
  { contents, mountSource: base }: MountableContents,
  { client, memory }: { readonly client: RegistryClient; readonly memory: RegistryMemory },
): Destination {
  const sources = contents.map(({ digest }) => findMountSource({ registry, repository }, digest, { base, memory }));
  const mountSources = [...new Set(sources)].slice(0, MAX_MOUNT_SOURCES);
  return { entry, repository: memorizeManifests(client.repository({ registry, repository, access: 'push', mountSources })) };
}
