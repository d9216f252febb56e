import { posix } from 'node:path';

import { type ProjectConfiguration, type Tree } from '@nx/devkit';
import { problemsToError } from '@nx-oci/publish';

import { joinPathFragments, readJson } from '../../../nx/devkit';
import { declaredOutputs } from '../../../dockerfile-context/declared-outputs';
import { type NormalizedPluginOptions } from '../../../inference/plugin-options';
import { type ImageSource } from '../../../inference/targets-for';
import { type ResolvedProjects } from '../../resolved-projects';
import { askContext } from './ask-context';
import { checkOptions } from '../options/check-options';
import { choosePlatforms } from '../options/choose-platforms';
import { type ChosenStage } from './choose-stage';
import { dockerfileOptionProblems } from '../options/dockerfile-option-problems';
import { dockerfileSource } from './dockerfile-source';
import { findDockerfile } from './find-dockerfile';
import { type FoundProject } from '../options/find-project';
import { type ImageOptions } from '../options/image-options';
import { nodeCommand } from '../options/node-command';

/** Facts about the workspace. */
interface Workspace {
  readonly plugin: Pick<NormalizedPluginOptions, 'dockerfileEngine' | 'dockerfileContext'>;
  readonly resolved: ResolvedProjects | undefined;
  /** Of its Dockerfile. */
  readonly chosen?: ChosenStage;
}

const DEFAULT_BASE = 'docker.io/library/node:22-slim';
const NATIVE_OPTIONS = ['base', 'from', 'to', 'cmd', 'platforms'] as const;

/**
 * The source of a project's image: its Dockerfile if it has one, else the files that its build writes.
 *
 * @throws OciError `OPTIONS_INVALID` with all problems of the options: by themselves, in combination, or with the project
 */
export async function chooseSource(
  tree: Tree,
  { name, project }: FoundProject,
  options: ImageOptions,
  { plugin, resolved, chosen }: Workspace,
): Promise<ImageSource> {
  const { file: dockerfile, problem } = findDockerfile({ tree, name, project, options });
  const given = NATIVE_OPTIONS.filter((option) => options[option] !== undefined);
  const engine = options.engine ?? (dockerfile === undefined || given.length > 0 ? 'native' : plugin.dockerfileEngine);
  const output = findBuildOutput(tree, project);
  const problems = [
    ...checkOptions(options),
    ...(engine === 'native' ? dockerfileOptionProblems({ ...options, engine }) : (chosen?.problems ?? [])),
    ...(engine !== 'native' && problem !== undefined ? [problem] : []),
    ...(engine !== 'native' && dockerfile === undefined && problem === undefined
      ? [`${project.root} has no Dockerfile → write one, or use --engine=native, which needs none`]
      : []),
    ...(engine === 'native' ? [] : nativeOptionProblems(given, options)),
    ...(engine === 'native' && options.from === undefined ? output.problems : []),
  ];
  if (problems.length > 0) throw problemsToError('OPTIONS_INVALID', `Cannot give ${options.project} an image`, problems);
  if (engine === 'native' || dockerfile === undefined) return nativeSource(options, output.folder);
  const { context } = options;
  const { stage, buildArgs } = chosen ?? {};
  const asked = { name, project, dockerfile, engine, ...(stage !== undefined && { stage }), ...(buildArgs !== undefined && { buildArgs }) };
  const source = await dockerfileSource(tree, { ...asked, ...(context !== undefined && { context }) }, { plugin, resolved });
  const answer = source.context.isCertain ? undefined : await askContext(dockerfile, source.context);
  return answer === undefined ? source : dockerfileSource(tree, { ...asked, context: answer }, { plugin, resolved });
}

/** Problems of options that only an image from files has. */
function nativeOptionProblems(given: readonly (typeof NATIVE_OPTIONS)[number][], { platforms = [] }: ImageOptions): readonly string[] {
  const others = given.filter((option) => option !== 'platforms').map((option) => `--${option}`);
  const list = JSON.stringify(platforms.flatMap((text) => text.split(',')));
  return [
    ...(others.length > 0 ? [`${others.join(', ')} apply to the engine native only → omit them, or use --engine=native`] : []),
    ...(given.includes('platforms')
      ? [
          `--platforms is for an image from files → for a Dockerfile, write "engine": "buildx", "platforms": ${list} into the options of its image target`,
        ]
      : []),
  ];
}

function nativeSource({ base = DEFAULT_BASE, from, to = '/app', cmd, platforms }: ImageOptions, output: string): ImageSource {
  const command = cmd ?? nodeCommand(base, posix.join(to, 'main.js'));
  const written = platforms === undefined ? {} : choosePlatforms({ platforms }, { base }).written;
  return { engine: 'native', base, ...written, layers: [{ from: from ?? output, to }], ...(command !== undefined && { cmd: command }) };
}

/** The output folder of the project's build: declared by its target, configured or inferred, else Nx's default. */
function findBuildOutput(tree: Tree, project: ProjectConfiguration): { readonly folder: string; readonly problems: readonly string[] } {
  const { root, name = '', targets } = project;
  const build = targets?.['build'];
  const scripts = joinPathFragments(root, 'package.json');
  const isScript = tree.exists(scripts) && readJson<PackageJson>(tree, scripts).scripts?.['build'] !== undefined;
  const [output = joinPathFragments('dist', root)] = declaredOutputs({ build: build ?? {} }, { root, name });
  const fix = hintForOtherBuild(project) ?? 'set --from to the folder to pack, or write a Dockerfile';
  const problems = build === undefined && !isScript ? [`it has no build target, so there is nothing to put into an image → ${fix}`] : [];
  return { folder: output, problems };
}

/** Targets may have any name; one with outputs may be the build. */
function hintForOtherBuild({ root, name = '', targets = {} }: ProjectConfiguration): string | undefined {
  const writing = Object.keys(targets).flatMap((target) => {
    const [output] = declaredOutputs({ [target]: targets[target] ?? {} }, { root, name });
    return output === undefined ? [] : [`${target} makes ${output} (--from=${output})`];
  });
  if (writing.length === 0) return undefined;
  return `set --from to the folder to pack, such as the output of another target: ${writing.join(', ')}; or write a Dockerfile`;
}

interface PackageJson {
  readonly scripts?: Readonly<Record<string, string>>;
}
