import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { readTextFile, portablePath } from '@nx-oci/model';

import type { DockerfileOptions } from '../options/dockerfile-options';
import { ignoreFilesOf } from '../sources/named-paths';
import { CACHE_FOLDER, IMAGES_FOLDER } from '../names/image-folder';

interface Places {
  /** Absolute. */
  readonly workspaceRoot: string;
  /** Absolute. */
  readonly scratch: string;
}

/**
 * Excludes the output of builds from a build: the images of the workspace and our cache. An image that contains the previous
 * output would change with every build.
 *
 * @returns a file with the user's exclusions and those; `undefined` if they are not in the context anyway.
 */
export async function writeIgnoreFile(
  { dockerfile, context }: Pick<DockerfileOptions, 'dockerfile' | 'context'>,
  { workspaceRoot, scratch }: Places,
): Promise<string | undefined> {
  const folders = [IMAGES_FOLDER, CACHE_FOLDER]
    .map((folder) => portablePath(context, join(workspaceRoot, folder)).split('/'))
    .filter(([first]) => first !== '..');
  if (folders.length === 0) return undefined;
  const written = await readFirst(ignoreFilesOf(dockerfile, context));
  const file = join(scratch, 'ignore');
  await writeFile(file, [written, ...folders.map((parts) => parts.join('/')), ''].join('\n'));
  return file;
}

async function readFirst(files: readonly string[]): Promise<string> {
  for (const file of files) {
    const text = await readTextFile(file);
    if (text !== undefined) return text;
  }
  return '';
}
