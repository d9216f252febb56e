import { joinPathFragments, type ProjectConfiguration, type Tree } from '@nx/devkit';
import { OciError } from '@nx-oci/model';

import { type DockerfileEngine, type EngineName } from '../../engines/engine-names';
import { type ImageSource } from '../../inference/targets-for';

/** What was written on the command line. */
export interface ImageOptions {
  readonly project: string;
  readonly engine?: EngineName;
  readonly base?: string;
  readonly from?: string;
  readonly to?: string;
  readonly cmd?: readonly string[];
  readonly force?: boolean;
}

/** What nx.json says for all projects. */
interface WorkspaceDefaults {
  readonly dockerfileEngine: DockerfileEngine;
}

const NATIVE_OPTIONS = ['base', 'from', 'to', 'cmd'] as const;

/**
 * How the image of a project is made: its Dockerfile if it has one, else the files that its build writes.
 *
 * @throws OciError `OPTIONS_INVALID` where options contradict each other or the project
 */
export function chooseSource(tree: Tree, project: ProjectConfiguration, options: ImageOptions & WorkspaceDefaults): ImageSource {
  const dockerfile = ['Dockerfile', 'Containerfile'].map((file) => joinPathFragments(project.root, file)).find((file) => tree.exists(file));
  const given = NATIVE_OPTIONS.filter((option) => options[option] !== undefined);
  const engine = options.engine ?? (dockerfile === undefined || given.length > 0 ? 'native' : options.dockerfileEngine);
  if (engine === 'native') return nativeSource(project, options);
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
  return { engine, dockerfile };
}

function nativeSource(project: ProjectConfiguration, { base, from, to = '/app', cmd, ...options }: ImageOptions): ImageSource {
  if (!to.startsWith('/')) throw refuse(options, `--to=${to} is no absolute path`, `Use --to=/${to}.`);
  return {
    engine: 'native',
    base: base ?? 'docker.io/library/node:22-slim',
    layers: [{ from: from ?? findBuildOutput(project), to }],
    cmd: [...(cmd ?? ['node', `${to === '/' ? '' : to}/main.js`])],
  };
}

/** Where most builders of Nx are told to write; `dist/<project root>` is what they do by default. */
function findBuildOutput({ root, targets }: ProjectConfiguration): string {
  const { outputPath } = (targets?.['build']?.options ?? {}) as { readonly outputPath?: unknown };
  return typeof outputPath === 'string' ? outputPath : joinPathFragments('dist', root);
}

function refuse({ project }: Pick<ImageOptions, 'project'>, reason: string, hint: string): OciError {
  return new OciError('OPTIONS_INVALID', `Cannot give ${project} an image: ${reason}.`, { hint });
}
