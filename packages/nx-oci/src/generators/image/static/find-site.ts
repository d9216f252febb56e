import { posix } from 'node:path';

import { joinPathFragments } from '../../../nx/devkit';
import { type App } from '../options/kind';
import { buildOf, type Build } from '../project/build-of';
import { ASSET_NAMES, type AssetNames } from './asset-names';
import { findPageBuild } from './find-page-build';

/** The files of a page. */
export interface Site {
  /** From the workspace root. */
  readonly folder: string;
  readonly assets: AssetNames;
  /** The base of its links, such as `/shop`. */
  readonly prefix: string;
  readonly notes: readonly string[];
  readonly problems: readonly string[];
}

/** The output folder of a page's build, checked against the built folder if it exists. */
export function findSite(app: App): Site {
  const { tree, options } = app;
  const build = buildOf(app);
  const { below = '', assets = ASSET_NAMES.other, prefix = '' } = findPageBuild(app) ?? {};
  const output = outputOf(app, build);
  const folder = options.from ?? (output === undefined ? undefined : posix.join(output, below));
  const found = { folder: folder ?? '', assets, prefix, notes: [], problems: [] };
  if (folder === undefined)
    return { ...found, problems: ['its build does not say where it writes → set --from to the folder with its index.html'] };
  const problems =
    options.from === undefined
      ? [...serverProblems(build), ...languageProblems(build, folder), ...fileProblems(app, folder)]
      : fileProblems(app, folder);
  const reason = options.from === undefined ? 'its target build' : '--from';
  const from = `Files: ${folder} (${reason})${prefix === '' ? '' : `, served below ${prefix}/`}.`;
  return { ...found, notes: [from, ...publicFileNotes(tree, app.project.root, assets)], problems };
}

/** The folder that its target declares, else the tool's default. */
function outputOf({ project, name }: App, { output, options, target, config = '' }: Build): string | undefined {
  const written = options['outputPath'];
  if (typeof written === 'object' && written !== null && 'base' in written && typeof written.base === 'string') return written.base;
  if (output !== undefined) return output;
  if (target?.executor === '@angular/build:application') return posix.join('dist', name);
  const [, folder = 'dist'] = /\boutDir:\s*['"]([^'"]+)['"]/.exec(config) ?? [];
  return target === undefined ? undefined : joinPathFragments(project.root, folder);
}

function serverProblems({ options }: Build): readonly string[] {
  const isRendered = options['ssr'] !== undefined && options['ssr'] !== false && options['outputMode'] !== 'static';
  if (!isRendered) return [];
  return [
    'it renders pages on a server (`ssr` of its build), which a server of files does not → set `outputMode: "static"` to render them in the build, set `ssr: false`, or write a Dockerfile',
  ];
}

function languageProblems({ options: { localize } }: Build, folder: string): readonly string[] {
  if (localize === undefined || localize === false) return [];
  return [
    `it builds a folder for each language (\`localize\`) → set --from to one of them, such as --from=${folder}/en, or write a Dockerfile`,
  ];
}

function fileProblems({ tree, options }: App, folder: string): readonly string[] {
  if (!tree.exists(folder) || tree.exists(posix.join(folder, 'index.html'))) return [];
  const fix = options.from === undefined ? 'set --from to the folder that does' : 'name the folder that does';
  return [`${folder} holds no index.html → ${fix}`];
}

/** Files that a bundler copies unchanged: browsers would keep one with the name of a hashed file after it has changed. */
function publicFileNotes(tree: App['tree'], root: string, { pattern }: AssetNames): readonly string[] {
  const names = new RegExp(pattern);
  const folder = joinPathFragments(root, 'public');
  const list = (path: string): readonly string[] =>
    tree.isFile(path) ? [path] : tree.children(path).flatMap((child) => list(joinPathFragments(path, child)));
  const found = (tree.exists(folder) ? list(folder) : []).filter((file) => names.test(file.slice(folder.length)));
  if (found.length === 0) return [];
  const rest = found.length > 1 ? ` and ${found.length - 1} more` : '';
  return [
    `Warning: browsers would keep ${found[0] ?? ''}${rest} for a year, as the name looks like one with a hash. → Rename it, or change the pattern in nginx.conf.`,
  ];
}
