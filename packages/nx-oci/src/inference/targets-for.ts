import { type TargetConfiguration } from '@nx/devkit';
import { type DockerfileEngine, type EngineName, IMAGE_OUTPUTS, type ReadText } from '@nx-oci/publish';

import { type ChosenContext } from '../dockerfile-context/choose-context';
import { describeContext } from '../dockerfile-context/resolve-dockerfile';
import { targetInputs } from '../image-inputs/target-inputs';
import { BUILD_EXECUTOR, DOCTOR_EXECUTOR, PUBLISH_EXECUTOR, RELEASE_EXECUTOR, TEST_EXECUTOR } from '../nx/executor-names';
import { type NormalizedPluginOptions } from './plugin-options';

/** How an image is built, as far as its targets depend on it. */
export type ImageSource =
  | DockerfileSource
  | {
      readonly engine: 'native';
      readonly base: string;
      /** `linux/amd64`; by default that one. */
      readonly platforms?: readonly string[];
      readonly platform?: string;
      readonly layers: readonly NativeLayer[];
      readonly entrypoint?: readonly string[];
      readonly cmd?: readonly string[];
      readonly env?: Readonly<Record<string, string>>;
      readonly user?: string;
      readonly workdir?: string;
      readonly ports?: readonly number[];
      readonly stopSignal?: string;
      /** Targets of the project whose outputs the layers contain; by default its build. */
      readonly tasksBefore?: readonly string[];
    };

export interface NativeLayer {
  readonly from: string;
  readonly to: string;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** `1000:1000` */
  readonly owner?: string;
  /** Of every file: `755` */
  readonly mode?: string;
}

/** An image from a Dockerfile. Paths are relative to the workspace root. */
export interface DockerfileSource {
  readonly engine: DockerfileEngine;
  readonly dockerfile: string;
  readonly context: ChosenContext;
  /** Targets of the project whose outputs the Dockerfile copies. */
  readonly tasksBefore: readonly string[];
  /** Problems that its text and the graph reveal. */
  readonly warnings?: readonly string[];
  readonly stage?: string;
  /** Values of ARG; `null` for one that the environment of the build sets. */
  readonly buildArgs?: Readonly<Record<string, string | null>>;
}

type TargetNames = Pick<NormalizedPluginOptions, 'imageTargetName' | 'publishTargetName'>;

export interface ProjectContext {
  /** From the workspace root. */
  readonly projectRoot: string;
  readonly readText?: ReadText;
  /** Options of the image target in the project's own files: what a Dockerfile copies depends on its stage and build arguments. */
  readonly written?: object;
}

/** The targets that build and publish an image. Pure. */
export function targetsFor(
  source: ImageSource,
  names: TargetNames,
  { projectRoot, readText, written }: ProjectContext,
): Record<string, TargetConfiguration> {
  const { tasksBefore = ['build'], ...nativeOptions } = source;
  const options = 'dockerfile' in source ? dockerfileOptions(source, projectRoot) : nativeOptions;
  const image = imageTarget(source.engine, tasksBefore, names);
  const inputs = targetInputs({ ...written, ...options }, projectRoot, readText);
  return withPublish({ ...image, options, metadata: describe(describeBuild(source)) }, names, inputs);
}

/** The targets of an image from files that a project defines itself, without the options, which are defined there. Pure. */
export function nativeTargets(written: object, names: TargetNames, projectRoot: string): Record<string, TargetConfiguration> {
  const image = { ...imageTarget('native', ['build'], names), metadata: describe('Builds the image from files.') };
  return withPublish(image, names, targetInputs(written, projectRoot));
}

function withPublish(image: TargetConfiguration, names: TargetNames, inputs: Inputs): Record<string, TargetConfiguration> {
  return {
    [names.imageTargetName]: { ...image, inputs },
    [names.publishTargetName]: { ...publishTarget(names), inputs: [...inputs] },
  };
}

type Inputs = ReturnType<typeof targetInputs>;

/** The context, if it differs from the default of a build. */
function dockerfileOptions({ engine, dockerfile, context: { folder }, stage, buildArgs }: DockerfileSource, projectRoot: string) {
  return {
    engine,
    dockerfile,
    ...(folder !== projectRoot && { context: folder }),
    ...(stage !== undefined && { stage }),
    ...(buildArgs !== undefined && { buildArgs }),
  };
}

/**
 * The target that `nx release publish` runs: the same image, with the version of the release. Its options are those of the
 * publish target, which it reads when it runs. Pure.
 *
 * @param dependsOn of the publish target, which a release also needs
 */
export function releaseTarget(dependsOn: TargetConfiguration['dependsOn']): TargetConfiguration {
  return {
    executor: RELEASE_EXECUTOR,
    ...(dependsOn !== undefined && { dependsOn }),
    cache: false,
    inputs: targetInputs(),
    metadata: { technologies: ['oci'], description: 'Publishes the image with the version from nx release.' },
  };
}

/**
 * Adds a target that tests the image, which the publish depends on. Pure.
 *
 * @param test its name
 */
export function withTest(
  inferred: Record<string, TargetConfiguration>,
  test: string,
  { imageTargetName, publishTargetName }: TargetNames,
): Record<string, TargetConfiguration> {
  const publish = inferred[publishTargetName];
  return {
    ...inferred,
    [test]: testTarget(imageTargetName),
    ...(publish !== undefined && { [publishTargetName]: { ...publish, dependsOn: [...(publish.dependsOn ?? []), test] } }),
  };
}

/** The target that tests the image before it is published. Pure. */
export function testTarget(imageTargetName: string): TargetConfiguration {
  return {
    executor: TEST_EXECUTOR,
    dependsOn: [imageTargetName],
    // A pass on a machine without an engine must not count on one with it, so the test keeps its own results.
    cache: false,
    inputs: targetInputs(),
    metadata: { technologies: ['oci'], description: 'Tests the image before it is published.' },
  };
}

/** The target that tests everything that a publish of the project needs. Pure. */
export function doctorTarget(): TargetConfiguration {
  return {
    executor: DOCTOR_EXECUTOR,
    cache: false,
    metadata: {
      technologies: ['oci'],
      description: 'Tests everything that a publish needs from its registries, and reports what is wrong.',
    },
  };
}

function imageTarget(engine: EngineName, tasksBefore: readonly string[], { imageTargetName }: TargetNames): TargetConfiguration {
  // Nx ignores targets that a project does not have.
  const dependsOn = tasksBefore.filter((name) => name !== imageTargetName);
  return {
    executor: BUILD_EXECUTOR,
    ...(dependsOn.length > 0 && { dependsOn }),
    // The inputs do not cover what a RUN fetches, or a base that moved; users may still enable it.
    cache: engine === 'native',
    outputs: [...IMAGE_OUTPUTS],
  };
}

// Not `docker`: for `nx release` it means that @nx/docker sets the version, and it fails without @nx/docker.
function describe(description: string): TargetConfiguration['metadata'] {
  return { technologies: ['oci'], description };
}

function publishTarget({ imageTargetName }: TargetNames): TargetConfiguration {
  return {
    executor: PUBLISH_EXECUTOR,
    dependsOn: [imageTargetName],
    // The registry knows what exists; a cache does not.
    cache: false,
    metadata: { technologies: ['oci'], description: 'Pushes the image to its registries, verifies it, then sets its tags.' },
  };
}

function describeBuild(source: ImageSource): string {
  if (!('dockerfile' in source)) return `Builds the image from files, on ${source.base}.`;
  return `Builds the image of ${source.dockerfile}, ${describeContext(source.context)}.`;
}
