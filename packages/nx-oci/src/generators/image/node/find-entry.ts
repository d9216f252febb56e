import { posix } from 'node:path';

import { type App } from '../options/kind';
import { buildOf, type Build } from '../project/build-of';
import { readPackageJson } from '../project/dependencies-of';
import { findSource } from '../project/find-source';
import { compiledEntry, type DeclaredEntry } from './compiled-entry';

/** The file that Node runs. */
export interface FoundEntry {
  /** The output of the build, which the image packs, relative to the workspace root. */
  readonly output: string;
  /** Below `output`. */
  readonly file: string;
  readonly notes: readonly string[];
  readonly problems: readonly string[];
}

const USUAL = ['main', 'index', 'server'].flatMap((name) => ['.js', '.cjs', '.mjs'].map((extension) => `${name}${extension}`));

/**
 * The entry of a built program: `--main`, else from the options of the build, checked against the built folder if it exists. If
 * it remains unknown, that is a problem: a wrong file would only be noticed when the container runs.
 */
export function findEntry(app: App): FoundEntry {
  const { tree, options, project } = app;
  const build = buildOf(app);
  const output = options.from ?? build.output;
  const isBuilt = output !== undefined && tree.exists(output);
  if (output === undefined) {
    const fix =
      build.target === undefined ? 'add a target build, or set --from and --main' : 'declare `outputs` of its build, or set --from';
    const problem = `${build.target === undefined ? 'it has no build target' : 'its build does not say where it writes'} → ${fix}`;
    return { output: '', file: '', notes: [], problems: [problem] };
  }
  const found = (file: string, reason: string): FoundEntry => ({
    output,
    file,
    notes: [`Entry: ${posix.join(output, file)} (${reason}).`],
    problems: [],
  });
  if (options.main !== undefined) return found(posix.relative(output, withFolder(output, options.main)), '--main');
  const declared = declaredEntry(build) ?? compiledEntry(app, build);
  if (!isBuilt && declared !== undefined) return found(declared.file, declared.reason);
  const built = [...(declared === undefined ? [] : [declared.file]), ...USUAL].filter((file) => tree.exists(posix.join(output, file)));
  const manifest = isBuilt ? readPackageJson(app, output)?.main : undefined;
  if (manifest !== undefined && tree.exists(posix.join(output, manifest))) return found(manifest, '`main` of its package.json');
  if (built[0] !== undefined) return found(built[0], declared?.file === built[0] ? declared.reason : 'found in what was built');
  const nested = isBuilt ? nestedEntry(app, output) : undefined;
  if (nested !== undefined) return found(nested, 'found in what was built');
  const what = isBuilt
    ? `${output} holds none of ${USUAL.slice(0, 3).join(', ')} and their like`
    : `its build does not say which file it makes of ${findSource(app) ?? `the sources in ${project.root}`}`;
  const fix = isBuilt ? 'set --main to the file that Node runs' : 'build once and run this again, or set --main to the file that Node runs';
  return { output, file: '', notes: [], problems: [`${what} → ${fix}, such as --main=${posix.join(output, 'main.js')}`] };
}

function withFolder(output: string, main: string): string {
  const path = posix.normalize(main.replaceAll('\\', '/'));
  return path.startsWith(`${posix.normalize(output)}/`) ? path : posix.join(output, path);
}

/** The entry according to the options of builders. */
function declaredEntry({ target, options, config }: Build): DeclaredEntry | undefined {
  const text = (name: string) => (typeof options[name] === 'string' ? options[name] : undefined);
  const executor = target?.executor ?? '';
  const main = text('main');
  const base = main === undefined ? 'main' : posix.basename(main).replace(/\.[cm]?[jt]sx?$/, '');
  if (executor === '@nx/esbuild:esbuild') {
    const [format = 'esm'] = [options['format']].flat().filter((value) => typeof value === 'string');
    const written = (options['esbuildOptions'] as { readonly outExtension?: Readonly<Record<string, string>> } | undefined)?.outExtension?.[
      '.js'
    ];
    return { file: text('outputFileName') ?? `${base}${written ?? (format === 'cjs' ? '.cjs' : '.js')}`, reason: 'options of @nx/esbuild' };
  }
  if (['@nx/webpack:webpack', '@nx/rspack:rspack'].includes(executor))
    return { file: text('outputFileName') ?? 'main.js', reason: `options of ${executor}` };
  if (/\bNxApp(?:Webpack|Rspack)Plugin\b/.test(config ?? '')) {
    const [, written] = /\boutputFileName:\s*['"]([^'"]+)['"]/.exec(config ?? '') ?? [];
    return { file: written ?? 'main.js', reason: 'its bundler configuration' };
  }
  return undefined;
}

/** A compiler keeps the folders of the sources: `src/main.js`, or `apps/api/src/main.js` if it also compiles libraries. */
function nestedEntry(app: App, output: string): string | undefined {
  const source = findSource(app);
  if (source === undefined) return undefined;
  const file = source.replace(/\.([cm]?)[jt]sx?$/, '.$1js');
  const below = posix.relative(app.project.root, file);
  return [below, file].find((path) => app.tree.exists(posix.join(output, path)));
}
