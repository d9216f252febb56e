import { createRequire } from 'node:module';
import { join } from 'node:path';

import { type generateFiles } from '@nx/devkit';
import { OciError } from '@nx-oci/model';
import { FsTree } from 'nx/src/generators/tree';

import { NX_VERSION } from './devkit';

/**
 * Renders the one template in a folder with Nx's `generateFiles`, in a tree that is never written, to compare it with an existing
 * file.
 *
 * @param values the values of the template. `<%=` escapes for HTML: templates use `<%-` and functions that escape for their
 *   language
 */
export function renderTemplate(folder: string, values: object, workspaceRoot: string): string {
  const scratch = new FsTree(folder, false);
  loadGenerateFiles(workspaceRoot)(scratch, folder, '.', values);
  return scratch.listChanges()[0]?.content?.toString() ?? '';
}

// Only late versions of Nx 22 and newer have it; @nx/devkit always does.
const MODULES = ['nx/src/generators/utils/generate-files', '@nx/devkit'];

function loadGenerateFiles(workspaceRoot: string): typeof generateFiles {
  for (const base of [__filename, join(workspaceRoot, 'package.json')]) {
    for (const name of MODULES) {
      const found = load(createRequire(base), name);
      if (found !== undefined) return found.generateFiles;
    }
  }
  throw new OciError(
    'OPTIONS_INVALID',
    `Cannot write from a template: Nx ${NX_VERSION} does that with @nx/devkit, which is not installed.`,
    {
      hint: `Add @nx/devkit@${NX_VERSION} to devDependencies, or update Nx with \`nx migrate 22\`; nothing was written.`,
    },
  );
}

function load(require: NodeJS.Require, name: string): { readonly generateFiles: typeof generateFiles } | undefined {
  try {
    return require(name) as { readonly generateFiles: typeof generateFiles };
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['MODULE_NOT_FOUND', 'ERR_PACKAGE_PATH_NOT_EXPORTED'].includes(code)) return undefined;
    throw error;
  }
}
