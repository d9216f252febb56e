import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';

import { namedPaths } from '../engines/sources/named-paths';
import { portablePath } from '../engines/names/digest-build';
import type { ReadingContext } from './option-problems';
import type { WrittenOptions } from './written-options';

/**
 * Refuses files that options name and that lie outside of the workspace, by their path or behind a link: an image is made of
 * what is in the repository, and a committed link must not put files of a CI machine into it.
 *
 * What a named folder holds is not read: links in it are taken as links, and lead nowhere in the image.
 */
export async function refuseOutside(written: WrittenOptions, { place, reportProblem }: ReadingContext): Promise<void> {
  if (written.outside === true) return;
  const { workspaceRoot, projectRoot } = place;
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

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

async function realpathIfThere(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
