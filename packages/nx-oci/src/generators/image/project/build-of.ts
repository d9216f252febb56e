import { type TargetConfiguration, type Tree } from '@nx/devkit';

import { joinPathFragments } from '../../../nx/devkit';
import { declaredOutputs } from '../../../dockerfile-context/declared-outputs';
import { targetOptions } from '../../../nx-run/target-options';
import { type App } from '../options/kind';

/** The build of a project. */
export interface Build {
  readonly target: TargetConfiguration | undefined;
  /** As its default configuration sets them. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The text of its bundler's configuration file. */
  readonly config: string | undefined;
  /** That file, from the workspace root. */
  readonly configFile: string | undefined;
  /** Its output folder, relative to the workspace root; undefined if unknown. */
  readonly output: string | undefined;
}

const CONFIGS = [
  'webpack.config',
  'rspack.config',
  'vite.config',
  'rsbuild.config',
  'rollup.config',
  'esbuild.config',
  'tsup.config',
  'tsdown.config',
].flatMap((name) => ['.js', '.ts', '.cjs', '.mjs', '.mts', '.cts'].map((extension) => `${name}${extension}`));

/** How a project is built, according to its resolved targets and configuration files. */
export function buildOf({ tree, project, name }: Pick<App, 'tree' | 'project' | 'name'>): Build {
  const { root, targets = {} } = project;
  const target = targets['build'];
  const [output] = declaredOutputs({ build: target ?? {} }, { root, name });
  const file = CONFIGS.map((config) => joinPathFragments(root, config)).find((path) => tree.exists(path));
  return {
    target,
    options: target === undefined ? {} : targetOptions(target),
    config: file === undefined ? undefined : readText(tree, file),
    configFile: file,
    output: output === undefined ? undefined : folderOf(tree, output),
  };
}

/** The folder of a builder that declares one file. */
function folderOf(tree: Tree, output: string): string {
  const isFile = /\.[cm]?js$/.test(output) || (tree.exists(output) && tree.isFile(output));
  return isFile ? output.slice(0, output.lastIndexOf('/')) : output;
}

export function readText(tree: Tree, file: string): string | undefined {
  return tree.exists(file) ? (tree.read(file, 'utf8') ?? undefined) : undefined;
}
