import { csvLine } from '../dockerfile/csv-line';
import { secretField } from '../dockerfile/dockerfile-arguments';
import type { DockerfileBuild } from '../dockerfile/dockerfile-tool';

/** One target of a bake file; fields that are absent stay out of it. @see https://docs.docker.com/build/bake/reference/#target */
export type BakeTarget = Readonly<Record<string, BakeValue | undefined>>;

export type BakeValue = string | boolean | readonly string[] | Readonly<Record<string, string>>;

/** What a target makes: an image for one platform. */
export interface TargetBuild extends Pick<DockerfileBuild, 'options' | 'labels' | 'contexts'> {
  /** By default what the builder makes by itself. */
  readonly platform?: string;
  /** Absolute; gets the image as an OCI layout. */
  readonly folder: string;
}

// An attestation turns a single image into an index, and contains times: the digest would change with every build.
const NO_ATTESTATIONS = ['type=provenance,disabled=true', 'type=sbom,disabled=true'];

/**
 * What a build is to `docker buildx bake`: the one place that turns options into its fields.
 *
 * @param env for build arguments that take their value from it.
 */
export function bakeTarget({ options, labels, contexts = {}, platform, folder }: TargetBuild, env: NodeJS.ProcessEnv): BakeTarget {
  return {
    context: options.context,
    dockerfile: options.dockerfile,
    contexts: ifAny(contexts),
    args: ifAny(valuesOf(options.buildArgs, env)),
    labels: { ...options.labels, ...labels },
    target: options.stage,
    secret: ifAny(options.secrets.map(secretField)),
    platforms: platform === undefined ? undefined : [platform],
    network: options.network,
    'no-cache': options.noCache ? true : undefined,
    attest: NO_ATTESTATIONS,
    output: [csvLine(['type=oci', 'tar=false', `dest=${folder}`])],
  };
}

/** Entitlements that bake wants to have granted on its command line: who sets the option has granted it. */
export function bakeAllowances({ options }: Pick<DockerfileBuild, 'options'>): readonly string[] {
  return options.network === 'host' ? ['network.host'] : [];
}

function valuesOf(args: Readonly<Record<string, string | undefined>>, env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const values = Object.entries(args).map(([name, value = env[name]]) => [name, value] as const);
  return Object.fromEntries(values.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

function ifAny<Values extends object>(values: Values): Values | undefined {
  return Object.keys(values).length === 0 ? undefined : values;
}
