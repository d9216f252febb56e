import { setTimeout as sleep } from 'node:timers/promises';

import { isOciError, OciError } from '@nx-oci/model';
import { findFolderOwner, folderStorage, startRegistry, type FolderOwner, type RunningRegistry } from '@nx-oci/registry';

import type { NormalizedServeOptions } from './normalize-options';

/** A registry that we started, or another of ours that already serves the same folder on the same port. */
export type Service =
  { readonly kind: 'own'; readonly registry: RunningRegistry } | { readonly kind: 'joined'; readonly owner: FolderOwner };

// Between locking the folder and listening.
const START_PATIENCE_MS = 1500;
const PAUSE_MS = 100;

/**
 * Serves the folder, or joins a registry that already serves it on this port.
 *
 * @throws OciError `PORT_IN_USE` if something else listens there; `FOLDER_IN_USE` if the folder is served on another port;
 *   `OPTIONS_INVALID` if it cannot be used.
 */
export async function startOrJoin(options: NormalizedServeOptions): Promise<Service> {
  const { folder, ...listening } = options;
  for (let waitedMs = 0; ; waitedMs += PAUSE_MS) {
    try {
      return { kind: 'own', registry: await startRegistry({ ...listening, storage: folderStorage(folder) }) };
    } catch (error) {
      if (isOciError(error, 'PORT_IN_USE')) throw portInUse(options, error);
      if (!isOciError(error, 'FOLDER_IN_USE')) throw error;
      const owner = await findFolderOwner(folder);
      if (owner?.port === options.port) return { kind: 'joined', owner };
      // A registry without a port yet may fail to get it, or get ours.
      if (owner?.port !== undefined || waitedMs >= START_PATIENCE_MS) throw error;
    }
    await sleep(PAUSE_MS);
  }
}

export async function endService(service: Service): Promise<void> {
  if (service.kind === 'own') await service.registry.close();
}

function portInUse({ host, port, folder }: NormalizedServeOptions, cause: unknown): OciError {
  return new OciError(
    'PORT_IN_USE',
    `Cannot start the registry on ${host}:${port}: another program listens there, and it does not serve ${folder}.`,
    {
      hint: `Stop that program, or choose another port for this machine: NX_OCI_PORT=${port + 1} (registries.yaml reads it as \${NX_OCI_PORT:-${port}}).`,
      cause,
    },
  );
}
