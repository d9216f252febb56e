import { type TargetConfiguration } from '@nx/devkit';

import { type DockerfileEngine } from '../engines/engine-names';
import { IMAGE_OUTPUTS } from '../engines/image-folder';
import { targetInputs } from '../image-inputs/target-inputs';
import { BUILD_EXECUTOR, DOCTOR_EXECUTOR, PUBLISH_EXECUTOR, RELEASE_EXECUTOR } from '../executors/executor-names';
import { type NormalizedPluginOptions } from './plugin-options';

/** How an image is made, as far as its targets depend on it. */
export type ImageSource =
  | { readonly engine: DockerfileEngine; /** Path from the workspace root. */ readonly dockerfile: string }
  | {
      readonly engine: 'native';
      readonly base: string;
      readonly layers: readonly { readonly from: string; readonly to: string }[];
      readonly cmd: readonly string[];
    };

type TargetNames = Pick<NormalizedPluginOptions, 'imageTargetName' | 'publishTargetName'>;

/**
 * The targets that build and publish an image. Pure.
 *
 * @param projectRoot from the workspace root.
 */
export function targetsFor(source: ImageSource, names: TargetNames, projectRoot: string): Record<string, TargetConfiguration> {
  const inputs = targetInputs(source, projectRoot);
  return {
    [names.imageTargetName]: { ...imageTarget(source, names), inputs },
    [names.publishTargetName]: { ...publishTarget(names), inputs: [...inputs] },
  };
}

/**
 * The target that `nx release publish` runs: the same image, with the version of the release. Its options are those of the
 * publish target, which it reads when it runs. Pure.
 *
 * @param dependsOn of the publish target: what it needs, a release needs
 */
export function releaseTarget(dependsOn: TargetConfiguration['dependsOn']): TargetConfiguration {
  return {
    executor: RELEASE_EXECUTOR,
    ...(dependsOn !== undefined && { dependsOn }),
    cache: false,
    inputs: targetInputs(),
    metadata: { technologies: ['oci'], description: 'Publishes the image with the version that nx release gave it.' },
  };
}

/** The target that tries what a publish of the project needs. Pure. */
export function doctorTarget(): TargetConfiguration {
  return {
    executor: DOCTOR_EXECUTOR,
    cache: false,
    metadata: { technologies: ['oci'], description: 'Tries what a publish needs of its registries, and says what is wrong.' },
  };
}

function imageTarget(source: ImageSource, { imageTargetName }: TargetNames): TargetConfiguration {
  return {
    executor: BUILD_EXECUTOR,
    // What goes into an image is mostly what `build` made. Nx passes over it where a project has no such target.
    ...(imageTargetName !== 'build' && { dependsOn: ['build'] }),
    // What a RUN of a Dockerfile fetches, and a base that moved, is not in the inputs: whoever knows better says so. Docker Engine keeps its images where Nx cannot see whether they are still there.
    cache: source.engine === 'native',
    ...(source.engine !== 'docker' && { outputs: [...IMAGE_OUTPUTS] }),
    options: { ...source },
    // Not `docker`: `nx release` takes that word as a claim to be versioned by @nx/docker, and fails without it.
    metadata: { technologies: ['oci'], description: describeBuild(source) },
  };
}

function publishTarget({ imageTargetName }: TargetNames): TargetConfiguration {
  return {
    executor: PUBLISH_EXECUTOR,
    dependsOn: [imageTargetName],
    // The registry knows what is there, a cache does not.
    cache: false,
    metadata: { technologies: ['oci'], description: 'Pushes the image to its registries, verifies it, then sets its tags.' },
  };
}

function describeBuild(source: ImageSource): string {
  return 'dockerfile' in source ? `Builds the image of ${source.dockerfile}.` : `Builds the image from files, on ${source.base}.`;
}
