import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { type ContainersTool } from '../../engines/containers/containers-call';
import { type StoreRemoval } from '../../engines/containers/remove-image';
import { type DockerEngine } from '../../engines/docker/docker-engine';
import { readImageRecord } from '../../engines/image-record';
import { REPORT_FILE } from '../image-report';

/** Where images of this workspace may be beside their folders. */
export interface LocalStores {
  readonly docker: Pick<DockerEngine, 'remove'>;
  /** Takes a name that this workspace gave out of the store of a tool. */
  readonly removeFromStore: (tool: ContainersTool, name: string) => Promise<StoreRemoval>;
}

/**
 * Removes the local image of an image folder, by its recorded id: what this build made and nothing else. The report stays.
 *
 * Only to be called once every registry confirmed the digest.
 *
 * @returns what was removed, or why something was kept; for people.
 */
export async function pruneImage(folder: string, { docker, removeFromStore }: LocalStores): Promise<string> {
  const { output, engine } = await readImageRecord(folder);
  if (output.kind === 'layout') {
    const rest =
      output.name === undefined || !isContainersTool(engine)
        ? ''
        : describe(engine, output.name, await removeFromStore(engine, output.name));
    await emptyFolder(folder);
    return `removed ${folder}${rest}`;
  }
  const removal = await docker.remove(output.imageId, [output.name]);
  if (removal.kind === 'kept') return `kept ${output.name} in Docker Engine: ${removal.reason}`;
  await emptyFolder(folder);
  return removal.kind === 'absent' ? `${output.name} was gone from Docker Engine already` : `removed ${output.name} from Docker Engine`;
}

function isContainersTool(engine: string): engine is ContainersTool {
  return engine === 'podman' || engine === 'buildah';
}

function describe(tool: ContainersTool, name: string, removal: StoreRemoval): string {
  if (removal.kind === 'kept') return `, and kept ${name} in the store of ${tool}: ${removal.reason}`;
  return removal.kind === 'absent' ? '' : `, and ${name} from the store of ${tool}`;
}

async function emptyFolder(folder: string): Promise<void> {
  const names = await readdir(folder);
  await Promise.all(names.filter((name) => name !== REPORT_FILE).map((name) => rm(join(folder, name), { recursive: true, force: true })));
}
