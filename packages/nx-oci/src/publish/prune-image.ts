import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { type DockerEngine } from '../engines/docker/docker-engine';
import { readImageRecord } from '../engines/image-record';
import { REPORT_FILE } from './image-report';

/**
 * Removes the local image of an image folder, by its recorded id: what this build made and nothing else. The report stays.
 *
 * Only to be called once every registry confirmed the digest.
 *
 * @returns what was removed, or why something was kept; for people.
 */
export async function pruneImage(folder: string, docker: DockerEngine): Promise<string> {
  const { output } = await readImageRecord(folder);
  if (output.kind === 'layout') {
    await emptyFolder(folder);
    return `removed ${folder}`;
  }
  const removal = await docker.remove(output.imageId, [output.name]);
  if (removal.kind === 'kept') return `kept ${output.name} in Docker Engine: ${removal.reason}`;
  await emptyFolder(folder);
  return removal.kind === 'absent' ? `${output.name} was gone from Docker Engine already` : `removed ${output.name} from Docker Engine`;
}

async function emptyFolder(folder: string): Promise<void> {
  const names = await readdir(folder);
  await Promise.all(names.filter((name) => name !== REPORT_FILE).map((name) => rm(join(folder, name), { recursive: true, force: true })));
}
