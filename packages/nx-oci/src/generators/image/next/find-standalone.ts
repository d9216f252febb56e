import { posix } from 'node:path';

import { joinPathFragments } from '../../../nx/devkit';
import { type App } from '../options/kind';
import { buildOf } from '../project/build-of';
import { type NextConfig } from './find-next-config';

/** The output of a build with `output: 'standalone'`. Folders are relative to the workspace root. */
export interface Standalone {
  /** `.next`, unless the configuration names another folder. */
  readonly distFolder: string;
  /** Folder of the server below `standalone`: that of the app, relative to the tracing root of Next. */
  readonly appFolder: string;
  /** Folder of `.next` below `standalone`. */
  readonly distBelow: string;
  readonly problems: readonly string[];
}

/**
 * The folders to which Next writes its server. Next traces files from the workspace root, unless its configuration sets another root:
 * then the folder of the server is only known once the app is built.
 */
export function findStandalone(app: App, config: NextConfig): Standalone {
  const { tree, project } = app;
  const distFolder = findDistFolder(app, config);
  const standalone = posix.join(distFolder, 'standalone');
  const candidates = [project.root, ''];
  const built = candidates.find((folder) => tree.exists(posix.join(standalone, folder, 'server.js')));
  const appFolder = built ?? project.root;
  const distBelow = posix.join(appFolder, posix.relative(project.root, distFolder));
  const isMoved = /\boutputFileTracingRoot\b/.test(config.text) && built === undefined;
  const moved = `where its server is depends on \`outputFileTracingRoot\` of ${config.file} → build once and run this again`;
  return { distFolder, appFolder, distBelow, problems: [...outputProblems(config), ...(isMoved ? [moved] : [])] };
}

function findDistFolder(app: App, { text }: NextConfig): string {
  const { target, options } = buildOf(app);
  const { outputPath } = options;
  if (target?.executor === '@nx/next:build' && typeof outputPath === 'string') return posix.join(outputPath, '.next');
  const [, folder = '.next'] = /\bdistDir:\s*['"]([^'"]+)['"]/.exec(text) ?? [];
  return joinPathFragments(app.project.root, folder);
}

function outputProblems({ text, file }: NextConfig): readonly string[] {
  const [, written = ''] = /\boutput:([^,\n}]*)/.exec(text) ?? [];
  if (/['"]standalone['"]/.test(written)) return [];
  if (/['"]export['"]/.test(written)) {
    return [
      `\`output: 'export'\` of ${file} makes files without a server → use --kind=static --from with the folder of the files, or \`output: 'standalone'\``,
    ];
  }
  return [
    `its build makes no server that runs by itself → add \`output: 'standalone',\` to the configuration in ${file}, and run this again`,
  ];
}
