import { posix } from 'node:path';

import { joinPathFragments } from '../../../nx/devkit';
import { type App } from '../options/kind';
import { buildOf, readText, type Build } from '../project/build-of';

/** The file that a container runs. */
export interface FoundProgram {
  /** From the workspace root. */
  readonly file: string;
  /** Whether its build makes it need shared libraries; `open` if that is unknown. */
  readonly linking: 'static' | 'shared' | 'open';
  readonly notes: readonly string[];
  readonly problems: readonly string[];
}

/** The file that the build of a program writes: `--main`, else according to its options or its command. */
export function findProgram(app: App): FoundProgram {
  const { options, tree } = app;
  const build = buildOf(app);
  const found = named(app) ?? goProgram(app, build) ?? rustProgram(app, build);
  if (found === undefined) {
    const problem = 'nothing says which file its build makes → set --main to it, from the workspace root, such as --main=dist/apps/api';
    return { file: '', linking: 'open', notes: [], problems: [problem] };
  }
  // Given an existing folder, Go writes the program into it.
  const inFolder = posix.join(found.file, options.project);
  const file = tree.exists(found.file) && !tree.isFile(found.file) && tree.exists(inFolder) ? inFolder : found.file;
  return { ...found, file, notes: [`Program: ${file} (${found.reason}).`], problems: [] };
}

interface Located {
  readonly file: string;
  readonly linking: FoundProgram['linking'];
  readonly reason: string;
}

function named({ options: { main, from } }: App): Located | undefined {
  if (main === undefined) return undefined;
  const path = posix.normalize(main.replaceAll('\\', '/'));
  const isBelow = from === undefined || path.startsWith(`${posix.normalize(from)}/`);
  return { file: isBelow ? path : posix.join(from, path), linking: 'open', reason: '--main' };
}

function goProgram(app: App, { target, options }: Build): Located | undefined {
  const { outputPath } = options;
  if (target?.executor?.startsWith('@nx-go/') === true && typeof outputPath === 'string') {
    return { file: posix.normalize(outputPath), linking: 'open', reason: 'options of its build' };
  }
  const text = commandText(options);
  const [, written] = /\bgo build\b.*?\s-o(?:=|\s+)"?([^\s"]+)/.exec(text) ?? [];
  if (written === undefined) return undefined;
  const path = posix.join(workingFolder(app, options), written);
  return {
    file: written.endsWith('/') ? posix.join(path, posix.basename(app.project.root)) : path,
    linking: 'open',
    reason: 'the command of its build',
  };
}

function rustProgram(app: App, { target, options }: Build): Located | undefined {
  const { tree, project } = app;
  const manifest = readText(tree, joinPathFragments(project.root, 'Cargo.toml'));
  const text = commandText(options);
  const isMonodon = target?.executor === '@monodon/rust:build';
  const name =
    /\[\[bin\]\][^[]*?\bname\s*=\s*"([^"]+)"/.exec(manifest ?? '')?.[1] ??
    /\[package\][^[]*?\bname\s*=\s*"([^"]+)"/.exec(manifest ?? '')?.[1];
  if (name === undefined || !(isMonodon || /\bcargo build\b/.test(text))) return undefined;
  const triple = (isMonodon ? textOf(options['target']) : undefined) ?? flag(text, 'target');
  const isRelease = options['release'] === true || options['profile'] === 'release' || /\s--release\b/.test(text);
  const written = flag(text, 'target-dir');
  const folder = isMonodon
    ? (textOf(options['target-dir'] ?? options['targetDir']) ?? 'dist/target')
    : written === undefined
      ? joinPathFragments(cargoRoot(app), 'target')
      : posix.join(workingFolder(app, options), written);
  return {
    file: posix.join(folder, triple ?? '', isRelease ? 'release' : 'debug', name),
    linking: triple?.endsWith('musl') === true ? 'static' : 'shared',
    reason: isMonodon ? 'options of its build' : 'the command of its build',
  };
}

/** The folder with the `[workspace]` of a crate, else its own folder. */
function cargoRoot({ tree, project }: App): string {
  const parts = project.root.split('/');
  const folders = parts.map((_part, index) => parts.slice(0, parts.length - index - 1).join('/') || '.');
  return folders.find((folder) => /^\[workspace\]/m.test(readText(tree, joinPathFragments(folder, 'Cargo.toml')) ?? '')) ?? project.root;
}

function commandText({ command, commands }: Build['options']): string {
  const all = [command, commands].flat().map((one) => (typeof one === 'object' && one !== null && 'command' in one ? one.command : one));
  return all.filter((one) => typeof one === 'string').join(' && ');
}

function flag(text: string, name: string): string | undefined {
  return new RegExp(String.raw`\s--${name}(?:=|\s+)"?([^\s"]+)`).exec(text)?.[1];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function workingFolder({ project }: App, { cwd }: Build['options']): string {
  return typeof cwd === 'string' ? cwd.replace('{projectRoot}', project.root).replace(/^\{workspaceRoot\}\/?/, '') : '.';
}
