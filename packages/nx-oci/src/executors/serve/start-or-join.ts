import { setTimeout as sleep } from 'node:timers/promises';

import { isOciError, OciError } from '@nx-oci/model';
import { folderStorage, startRegistry, type RunningRegistry } from '@nx-oci/registry';

import type { NormalizedServeOptions } from './normalize-options';
import { readMarker, removeMarker, writeMarker, type ServeMarker } from './serve-marker';

/** A registry that we started, or one of our kind that serves the same folder on the same port already. */
export type Service =
  { readonly kind: 'own'; readonly registry: RunningRegistry } | { readonly kind: 'joined'; readonly marker: ServeMarker };

// Between a server's first listening and its note in the folder.
const MARKER_PATIENCE_MS = 1500;
const PAUSE_MS = 100;

/**
 * Serves the folder, or finds that it is served.
 *
 * @throws OciError `PORT_IN_USE` when something else listens there; `OPTIONS_INVALID` when the folder can not be used.
 */
export async function startOrJoin(options: NormalizedServeOptions): Promise<Service> {
  const { folder, ...listening } = options;
  try {
    const storage = folderStorage(folder);
    const registry = await startRegistry({ ...listening, storage });
    await writeMarker(folder, { pid: process.pid, port: registry.port });
    return { kind: 'own', registry };
  } catch (error) {
    if (!isOciError(error, 'PORT_IN_USE')) throw error;
    const marker = await waitForMarker(options);
    if (marker !== undefined) return { kind: 'joined', marker };
    throw portInUse(options, error);
  }
}

export async function endService(service: Service, folder: string): Promise<void> {
  if (service.kind === 'joined') return;
  await removeMarker(folder);
  await service.registry.close();
}

async function waitForMarker({ folder, port }: NormalizedServeOptions): Promise<ServeMarker | undefined> {
  for (let waitedMs = 0; waitedMs < MARKER_PATIENCE_MS; waitedMs += PAUSE_MS) {
    const marker = await readMarker(folder);
    if (marker?.port === port) return marker;
    await sleep(PAUSE_MS);
  }
  return undefined;
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
