import { writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

import { readTextFile } from '@nx-oci/model';

import type { DockerfileOptions } from '../options/dockerfile-options';
import { ignoreFilesOf } from '../sources/named-paths';
import { IMAGES_FOLDER } from '../names/image-folder';

interface Places {
  /** Absolute. */
  readonly workspaceRoot: string;
  /** Absolute. */
  readonly scratch: string;
}

/**
 * Leaves the images of the workspace out of a build: an image that holds the one before it is another one each time.
 *
 * @returns a file with what the user leaves out, and with those; `undefined` if they are not in the context anyway.
 */
export async function writeIgnoreFile(
  { dockerfile, context }: Pick<DockerfileOptions, 'dockerfile' | 'context'>,
  { workspaceRoot, scratch }: Places,
): Promise<string | undefined> {
  const images = relative(context, join(workspaceRoot, IMAGES_FOLDER));
  if (images.split(sep)[0] === '..') return undefined;
  const written = await readFirst(ignoreFilesOf(dockerfile, context));
  const file = join(scratch, 'ignore');
  await writeFile(file, `${written}\n${images.split(sep).join('/')}\n`);
  return file;
}

async function readFirst(files: readonly string[]): Promise<string> {
  for (const file of files) {
    const text = await readTextFile(file);
    if (text !== undefined) return text;
  }
  return '';
}
