import { posix } from 'node:path';

import { joinPathFragments, parseJson } from '../../../nx/devkit';
import { type App } from '../options/kind';
import { readText, type Build } from '../project/build-of';
import { readPackageJson } from '../project/dependencies-of';
import { findSource } from '../project/find-source';

/** The file of the built folder that Node runs, and the source of that name. */
export interface DeclaredEntry {
  readonly file: string;
  readonly reason: string;
}

/** The entry that a compiler or Vite will write, if options or configuration files name it. */
export function compiledEntry(app: App, build: Build): DeclaredEntry | undefined {
  const source = findSource(app);
  if (source === undefined) return undefined;
  return byExecutor(app, build, source) ?? byVite(app, build) ?? byTsconfig(app, build, source);
}

function byExecutor({ project }: App, { target, options }: Build, source: string): DeclaredEntry | undefined {
  const executor = target?.executor ?? '';
  const { rootDir, stripLeadingPaths } = options;
  const reason = `options of ${executor}`;
  if (executor === '@nx/js:tsc') return below(typeof rootDir === 'string' ? rootDir : project.root, source, reason);
  if (executor !== '@nx/js:swc') return undefined;
  const compiled = below(project.root, source, reason);
  // It removes the first folder of the path.
  return stripLeadingPaths === true && compiled !== undefined ? { ...compiled, file: compiled.file.replace(/^[^/]+\//, '') } : compiled;
}

/** `tsc -p tsconfig.app.json`, `tsc --build tsconfig.lib.json` */
function byTsconfig({ tree, project }: App, { options: { command, cwd } }: Build, source: string): DeclaredEntry | undefined {
  const [, file] = /^\s*tsc\b.*?\s(?:-p|--project|-b|--build)(?:\s+|=)(\S+)/.exec(typeof command === 'string' ? command : '') ?? [];
  if (file === undefined) return undefined;
  const folder = typeof cwd === 'string' ? cwd.replace('{projectRoot}', project.root) : '.';
  const path = posix.join(folder, file);
  const { compilerOptions } = parseJson<{ readonly compilerOptions?: { readonly rootDir?: string } }>(readText(tree, path) ?? '{}');
  // Without `rootDir` the compiler uses the common folder of all sources.
  return compilerOptions?.rootDir === undefined ? undefined : below(posix.join(posix.dirname(path), compilerOptions.rootDir), source, path);
}

/** A build of Vite for Node: `build.ssr`, or `build.lib` with one format. */
function byVite(app: App, { config = '', configFile, options: { command } }: Build): DeclaredEntry | undefined {
  if (configFile?.includes('vite.config') !== true) return undefined;
  const isModule = readPackageJson(app, app.project.root)?.type === 'module';
  const [, ssr] =
    /\bssr:\s*['"]([^'"]+)['"]/.exec(config) ?? /--ssr(?:=|\s+)([^\s-]\S*)/.exec(typeof command === 'string' ? command : '') ?? [];
  const [, library] = /\blib:\s*\{[^}]*\bentry:\s*['"]([^'"]+)['"]/.exec(config) ?? [];
  const entry = ssr ?? library;
  if (entry === undefined || /\b(?:entryFileNames|preserveModules)\b|\bfileName:(?!\s*['"])/.test(config)) return undefined;
  const [, name = posix.basename(entry).replace(/\.[cm]?[jt]sx?$/, '')] = /\bfileName:\s*['"]([^'"]+)['"]/.exec(config) ?? [];
  const [, written = "'es'"] = /\bformats?:\s*(\[[^\]]*\]|['"]\w+['"])/.exec(config) ?? [];
  const formats = [...new Set(written.match(/\w+/g))];
  const [format, ...others] = formats;
  // A library without `formats` gets two files.
  if (others.length > 0 || (ssr === undefined && !/\bformats:/.test(config))) return undefined;
  const extension = format === 'cjs' ? (isModule ? 'cjs' : 'js') : isModule ? 'js' : 'mjs';
  return { file: `${name}.${extension}`, reason: configFile };
}

function below(folder: string, source: string, reason: string): DeclaredEntry | undefined {
  const path = posix.relative(joinPathFragments(folder), source);
  return path.startsWith('..') ? undefined : { file: path.replace(/\.([cm]?)[jt]sx?$/, '.$1js'), reason };
}
