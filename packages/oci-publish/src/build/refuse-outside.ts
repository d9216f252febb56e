import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';

import { isInside, portablePath } from '@nx-oci/model';

import { namedPaths } from '../engines/sources/named-paths';
import type { ReadingContext } from './option-problems';
import type { WrittenOptions } from './written-options';

/**
 * Refuses files named by options that are outside the workspace, by their path or through a link: an image consists of files of
 * the repository, and a committed link must not put files of a CI machine into it.
 *
 * Does not read the content of a named folder: links in it are stored as links, which do not work in the image.
 */
export async function refuseOutside(written: WrittenOptions, { location, reportProblem }: ReadingContext): Promise<void> {
  if (written.outside === true) return;
  const { workspaceRoot, projectRoot } = location;
  const root = await realpath(workspaceRoot);
  for (const { option, path } of namedPaths(written, portablePath(workspaceRoot, projectRoot) || '.')) {
    if (isAllowed(written, option)) continue;
    const named = resolve(workspaceRoot, path);
    const real = await realpathIfThere(named);
    // A missing file is reported where it is read, with more detail.
    if (real === undefined || isInside(root, real)) continue;
    const how = isInside(workspaceRoot, named) ? `links to ${real}, outside the workspace` : 'is outside the workspace';
    reportProblem(`\`${option}\`: ${path} ${how} → copy the file into the workspace, or allow it: "outside": true`);
  }
}

/** `layers[2].from` may be allowed by that entry itself. */
function isAllowed({ layers = [], secrets = [] }: WrittenOptions, option: string): boolean {
  const [, list, index] = /^(layers|secrets)\[(\d+)\]/.exec(option) ?? [];
  return list !== undefined && (list === 'layers' ? layers : secrets)[Number(index)]?.outside === true;
}

async function realpathIfThere(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
