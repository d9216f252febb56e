import { formatPlatform, isOciError, parsePlatform } from '@nx-oci/model';
import { partName, readTargetParts } from '@nx-oci/publish';

import { targetOptions } from '../../../nx-run/target-options';
import { BUILD_EXECUTOR, TEST_EXECUTOR } from '../../../nx/executor-names';
import { partTargetName } from '../../../inference/part-targets';
import { type PublishedImage } from '../../find-images';
import { type ResolvedProjects } from '../../resolved-projects';
import { type Provider } from '../../find-provider';

/** The jobs of a pipeline that makes each platform of its images on a machine of its own. */
export interface PartJobs {
  readonly jobs: readonly PartJob[];
  /** Names of the targets that test images; the publish runs them, since it does not run what is before them. */
  readonly testTargets: readonly string[];
  /** Names of the targets that build images without parts. */
  readonly otherTargets: readonly string[];
  /** Names of the projects whose images have parts. */
  readonly projects: readonly string[];
}

/** One platform. */
export interface PartJob {
  /** `linux/arm64` */
  readonly platform: string;
  /** `linux-arm64` */
  readonly name: string;
  /** What the CI system calls its machines of that platform. */
  readonly runner: string;
  /** Names of the targets that make the parts. */
  readonly targets: readonly string[];
}

/** Machines that the CI systems have themselves. */
const RUNNERS: Readonly<Record<Provider, Readonly<Record<string, string>>>> = {
  // https://docs.github.com/en/actions/reference/runners/github-hosted-runners
  github: { 'linux/amd64': 'ubuntu-24.04', 'linux/arm64': 'ubuntu-24.04-arm' },
  // https://docs.gitlab.com/ci/runners/hosted_runners/linux/
  gitlab: { 'linux/amd64': 'saas-linux-small-amd64', 'linux/arm64': 'saas-linux-small-arm64' },
};

/** Reads `--platforms`. @returns the platforms in their order, and what is wrong with them */
export function readPartPlatforms(
  written: readonly string[] | undefined,
  provider: Provider | undefined,
): { readonly platforms: readonly string[]; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const platforms = (written ?? []).flatMap((text) => {
    const platform = read(text, problems);
    if (platform === undefined || provider === undefined || RUNNERS[provider][platform] !== undefined) return platform ?? [];
    const known = Object.keys(RUNNERS[provider]).join(',');
    problems.push(
      `\`--platforms\` names ${platform}, for which ${provider} has no machines → use --platforms=${known}, and add a job for yours`,
    );
    return [];
  });
  return { platforms: [...new Set(platforms)], problems };
}

function read(text: string, problems: string[]): string | undefined {
  try {
    return formatPlatform(parsePlatform(text));
  } catch (error) {
    if (!isOciError(error)) throw error;
    problems.push(`\`--platforms\`: ${error.message} → ${error.hint ?? 'use linux/amd64,linux/arm64'}`);
    return undefined;
  }
}

interface Images {
  readonly images: readonly PublishedImage[];
  readonly resolved: ResolvedProjects | undefined;
  /** The name of inferred image targets. */
  readonly imageTarget: string;
}

/** @returns `undefined` without platforms: then one job makes and publishes all images. Pure. */
export function findPartJobs(
  platforms: readonly string[],
  provider: Provider,
  { images, resolved, imageTarget }: Images,
): PartJobs | undefined {
  if (platforms.length === 0) return undefined;
  const found = images.map(({ name }) => ({ name, ...readTargets(resolved?.[name]?.targets ?? {}) }));
  const jobs = platforms.map((platform) => {
    const targets = unique(found.flatMap(({ parts }) => parts.get(platform) ?? []));
    const named = targets.length > 0 ? targets : [partTargetName(imageTarget, platform)];
    return { platform, name: partName(platform), runner: RUNNERS[provider][platform] ?? '', targets: named };
  });
  const others = found.filter(({ parts, builds }) => parts.size === 0 && builds.length > 0);
  return {
    jobs,
    testTargets: unique(found.flatMap(({ tests }) => tests)),
    otherTargets: unique(others.flatMap(({ builds }) => builds)),
    projects: found.filter(({ parts }) => parts.size > 0).map(({ name }) => name),
  };
}

function readTargets(targets: NonNullable<ResolvedProjects[string]['targets']>) {
  const of = (executor: string) => Object.entries(targets).filter(([, target]) => target.executor === executor);
  const builds = of(BUILD_EXECUTOR);
  const parts = builds.flatMap(([name, target]) => {
    const { platform } = readTargetParts(targetOptions(target)) ?? {};
    return platform === undefined ? [] : [[platform, name] as const];
  });
  return { parts: new Map(parts), builds: builds.map(([name]) => name), tests: of(TEST_EXECUTOR).map(([name]) => name) };
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
