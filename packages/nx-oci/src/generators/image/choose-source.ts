import { type ProjectConfiguration, type Tree } from '@nx/devkit';
import { OciError } from '@nx-oci/model';

import { joinPathFragments, readJson } from '../../nx/devkit';
import { declaredOutputs } from '../../dockerfile-context/declared-outputs';
import { type NormalizedPluginOptions } from '../../inference/plugin-options';
import { type ImageSource } from '../../inference/targets-for';
import { type ResolvedProjects } from '../resolved-projects';
import { askContext } from './ask-context';
import { dockerfileSource } from './dockerfile-source';
import { type FoundProject } from './find-project';
import { type ImageOptions } from './image-options';

/** What the workspace says. */
interface Workspace {
  readonly plugin: Pick<NormalizedPluginOptions, 'dockerfileEngine' | 'dockerfileContext'>;
  readonly resolved: ResolvedProjects | undefined;
}

const NATIVE_OPTIONS = ['base', 'from', 'to', 'cmd'] as const;

/**
 * How the image of a project is made: its Dockerfile if it has one, else the files that its build writes.
 *
 * @throws OciError `OPTIONS_INVALID` where options contradict each other or the project
 */
export async function chooseSource(
  tree: Tree,
  { name, project }: FoundProject,
  options: ImageOptions,
  { plugin, resolved }: Workspace,
): Promise<ImageSource> {
  const dockerfile = ['Dockerfile', 'Containerfile'].map((file) => joinPathFragments(project.root, file)).find((file) => tree.exists(file));
  const given = NATIVE_OPTIONS.filter((option) => options[option] !== undefined);
  const { context } = options;
  const engine = options.engine ?? (dockerfile === undefined || given.length > 0 ? 'native' : plugin.dockerfileEngine);
  if (engine === 'native') {
    if (context !== undefined) throw refuse(options, '--context is about a Dockerfile', 'Leave it out: the engine native takes --from.');
    return nativeSource(tree, project, options);
  }
  if (dockerfile === undefined) {
    throw refuse(options, `there is no Dockerfile in ${project.root}`, 'Write one, or use --engine=native, which needs none.');
  }
  if (given.length > 0) {
    const names = given.map((option) => `--${option}`).join(', ');
    throw refuse(
      options,
      `${names} belong to the engine native`,
      `Leave them out, or use --engine=native; a Dockerfile says these things itself.`,
    );
  }
  const asked = { name, project, dockerfile, engine };
  const source = await dockerfileSource(tree, { ...asked, ...(context !== undefined && { context }) }, { plugin, resolved });
  const answer = source.context.isCertain ? undefined : await askContext(dockerfile, source.context);
  return answer === undefined ? source : dockerfileSource(tree, { ...asked, context: answer }, { plugin, resolved });
}

function nativeSource(tree: Tree, project: ProjectConfiguration, { base, from, to = '/app', cmd, ...options }: ImageOptions): ImageSource {
  if (!to.startsWith('/')) throw refuse(options, `--to=${to} is no absolute path`, `Use --to=/${to}.`);
  return {
    engine: 'native',
    base: base ?? 'docker.io/library/node:22-slim',
    layers: [{ from: from ?? findBuildOutput(tree, project, options), to }],
    cmd: cmd ?? ['node', `${to === '/' ? '' : to}/main.js`],
  };
}

/** Where the project's build writes: what its target says, whoever wrote or inferred it, else what Nx takes by default. */
function findBuildOutput(tree: Tree, project: ProjectConfiguration, options: Pick<ImageOptions, 'project'>): string {
  const { root, name = '', targets } = project;
  const build = targets?.['build'];
  const scripts = joinPathFragments(root, 'package.json');
  const isScript = tree.exists(scripts) && readJson<PackageJson>(tree, scripts).scripts?.['build'] !== undefined;
  if (build === undefined && !isScript) {
    throw refuse(
      options,
      'it has no target build, so there is nothing to put into an image',
      hintForOtherBuild(project) ?? 'Name the folder that goes into it with --from, or write a Dockerfile.',
    );
  }
  const [output] = declaredOutputs({ build: build ?? {} }, { root, name });
  return output ?? joinPathFragments('dist', root);
}

/** Targets may have any name; one that says what it writes may be what is meant. */
function hintForOtherBuild({ root, name = '', targets = {} }: ProjectConfiguration): string | undefined {
  const writing = Object.keys(targets).flatMap((target) => {
    const [output] = declaredOutputs({ [target]: targets[target] ?? {} }, { root, name });
    return output === undefined ? [] : [`${target} makes ${output} (--from=${output})`];
  });
  if (writing.length === 0) return undefined;
  return `Name the folder that goes into it, such as what another target makes: ${writing.join(', ')}. Or write a Dockerfile.`;
}

interface PackageJson {
  readonly scripts?: Readonly<Record<string, string>>;
}

function refuse({ project }: Pick<ImageOptions, 'project'>, reason: string, hint: string): OciError {
  return new OciError('OPTIONS_INVALID', `Cannot give ${project} an image: ${reason}.`, { hint });
}
