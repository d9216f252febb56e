import { secretField } from '../dockerfile/dockerfile-arguments';
import type { DockerfileBuild } from '../dockerfile/dockerfile-tool';
import type { BakeTarget } from './bake-fields';
import { builderFields, contextTexts, outputLine } from './bake-builder-options';

/** What a target makes: an image for one platform, or an index that is not split. */
export interface TargetBuild extends Pick<DockerfileBuild, 'options' | 'labels' | 'contexts'> {
  /** By default all of the options, or what the builder makes by itself. */
  readonly platform?: string;
  /** Absolute; gets the image as an OCI layout. */
  readonly folder: string;
}

/**
 * What a build is to `docker buildx bake`: the one place that turns options into its fields.
 *
 * @param env for build arguments that take their value from it.
 */
export function bakeTarget({ options, labels, contexts = {}, platform, folder }: TargetBuild, env: NodeJS.ProcessEnv): BakeTarget {
  const platforms = platform === undefined ? options.platforms : [platform];
  const allLabels = { ...options.stamp, ...options.labels, ...labels };
  return {
    context: options.context,
    dockerfile: options.dockerfile,
    contexts: ifAny({ ...contexts, ...contextTexts(options) }),
    args: ifAny(valuesOf(options.buildArgs, env)),
    labels: allLabels,
    // Readers of an index look there for the facts of an image.
    annotations: options.attestations && Object.entries(allLabels).map(([name, value]) => `index,manifest:${name}=${value}`),
    target: options.stage,
    secret: ifAny(options.secrets.map(secretField)),
    platforms,
    network: options.network,
    'no-cache': options.noCache ? true : undefined,
    ...builderFields(options),
    output: [outputLine(options, folder)],
  };
}

/** Entitlements that bake wants to have granted on its command line: who sets the option has granted it. */
export function bakeAllowances({ options }: Pick<DockerfileBuild, 'options'>): readonly string[] {
  const written = (options.extraArguments ?? []).flatMap((word) => (word.startsWith('--allow=') ? [word.slice('--allow='.length)] : []));
  return [...(options.network === 'host' ? ['network.host'] : []), ...(options.ssh === undefined ? [] : ['ssh']), ...written];
}

function valuesOf(args: Readonly<Record<string, string | undefined>>, env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const values = Object.entries(args).map(([name, value = env[name]]) => [name, value] as const);
  return Object.fromEntries(values.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

function ifAny<Values extends object>(values: Values): Values | undefined {
  return Object.keys(values).length === 0 ? undefined : values;
}
