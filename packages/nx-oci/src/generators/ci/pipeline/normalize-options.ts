import { type Tree } from '@nx/devkit';
import {
  describeProblem,
  isLoopback,
  type ParsedRegistries,
  type RawRegistries,
  parseRegistries,
  problemsToError,
  REGISTRIES_FILE,
  replaceVariables,
  writtenChoice,
  writtenFlag,
  writtenText,
} from '@nx-oci/publish';
import { z } from 'zod';

import { readNxJson } from '../../../nx/devkit';
import { findBranch } from './find-branch';
import { findFolder, toRepository } from './find-folder';
import { findObstacle } from './find-obstacle';
import { findImages, type PublishedImage } from '../../find-images';
import { findNodeVersion } from './find-node-version';
import { findPackageManager } from '../../find-package-manager';
import { findNightlyTargets } from './nightly-targets';
import { guessProvider, type Provider, PROVIDERS, readProviderClues } from '../../find-provider';
import { findReleaseTags } from './release-tags';
import { isReservedAt, isSetBy } from './known-variables';
import { findPartJobs, readPartPlatforms } from './part-jobs';
import { neededVariables, usedRegistries, withBuildSecrets, type NeededVariable } from './needed-variables';
import { type Pipeline } from './pipeline';
import { type PartlyRead } from '../../typed-options';
import { readPluginOptions } from '../../read-plugin-options';
import { readResolvedProjects } from '../../resolved-projects';

/** The options of `nx g nx-oci:ci`. */
export const ciOptionsSchema = z.object({
  provider: writtenChoice(PROVIDERS)
    .optional()
    .meta({
      description: 'The CI system. By default the one that the git remote, or a file of the workspace, belongs to.',
      $default: { $source: 'argv', index: 0 },
      'x-prompt': {
        message: 'Which CI system publishes the images?',
        type: 'list',
        items: [
          { value: 'github', label: 'GitHub Actions' },
          { value: 'gitlab', label: 'GitLab CI' },
        ],
      },
    }),
  nightly: writtenFlag.optional().meta({
    description: 'Write the job that renews images every night whose base image moved, in a file of its own.',
    default: false,
  }),
  branch: writtenText.optional().meta({
    description: "The branch whose pushes are published. By default `defaultBase` of nx.json, else the remote's default branch, else main.",
    examples: ['main'],
  }),
  file: writtenText.optional().meta({
    description: 'The file that is written, from the workspace root. By default .github/workflows/publish.yml or .gitlab-ci.yml.',
    examples: ['.github/workflows/images.yml'],
  }),
  platforms: z
    .union([z.array(writtenText), writtenText.transform((text) => text.split(',').map((one) => one.trim()))])
    .optional()
    .meta({
      description:
        'Platforms whose parts of images are made on a machine of their own each, in a job before the one that publishes: linux/amd64,linux/arm64. Needs images with `parts`.',
      type: 'array',
      items: { type: 'string' },
      examples: ['linux/amd64,linux/arm64'],
    }),
});

export type CiOptions = Readonly<z.output<typeof ciOptionsSchema>>;

const FILES: Readonly<Record<Provider, string>> = { github: '.github/workflows/publish.yml', gitlab: '.gitlab-ci.yml' };
const NIGHTLY_FILES: Readonly<Record<Provider, string>> = { github: '.github/workflows/renew-images.yml', gitlab: 'ci/renew-images.yml' };

/**
 * Collects the values of the pipeline.
 *
 * @throws OciError `CONFIGURATION_INVALID` or `OPTIONS_INVALID` with all problems
 */
export async function normalizeOptions(tree: Tree, { options, problems: wrong }: PartlyRead<CiOptions>): Promise<Pipeline> {
  const provider = options.provider ?? guessProvider(await readProviderClues(tree));
  const registries = parseRegistries(tree.read(REGISTRIES_FILE, 'utf8') ?? '');
  const needed = neededVariables(registries.content);
  const resolved = await readResolvedProjects(tree);
  const images = await findImages(tree, resolved);
  const { imageTargetName: imageTarget } = readPluginOptions(tree);
  const { platforms, problems: wrongPlatforms } = readPartPlatforms(options.platforms, provider);
  const targets = images.length === 0 ? [readPluginOptions(tree).publishTargetName] : images.map(({ publishTarget }) => publishTarget);
  const branch = options.branch ?? (await findBranch(tree));
  const releases = findReleaseTags(images, readNxJson(tree) ?? {});
  const folder = await findFolder(tree.root);
  const nightly = options.nightly === true ? findNightlyTargets(tree) : undefined;
  const written = options.file ?? (nightly && provider && NIGHTLY_FILES[provider]);
  const ofFile = [
    ...findMissing(tree, registries),
    ...registries.problems.map(describeProblem),
    ...(provider === undefined ? [] : findReserved(provider, needed, registries)),
  ];
  const ofOptions = [
    ...wrong,
    ...checkProvider(provider),
    ...checkBranch(branch, options.branch !== undefined, provider),
    ...checkFile(tree, { provider, folder, written }),
    ...checkTargets(targets),
    ...checkReleases(releases),
    ...(provider === undefined ? [] : checkSecrets(images, provider)),
    ...wrongPlatforms,
  ];
  if (provider === undefined || ofFile.length + ofOptions.length > 0) {
    const code = ofFile.length > 0 ? 'CONFIGURATION_INVALID' : 'OPTIONS_INVALID';
    throw problemsToError(code, 'Cannot write a CI pipeline', [...ofFile, ...ofOptions]);
  }
  const parts = findPartJobs(platforms, provider, { images, resolved, imageTarget });
  const used = Object.entries(usedRegistries(registries.content)).map(([name, entry]) => ({
    ...entry,
    name,
    host: replaceVariables(entry.host, {}).text,
    namespace: entry.namespace ?? '',
  }));
  return {
    provider,
    file: chooseFile({ provider, folder, written }),
    ...(nightly && { nightly }),
    folder,
    branch,
    isBranchGiven: options.branch !== undefined,
    releases,
    targets: [...new Set(targets)],
    packageManager: findPackageManager(tree),
    node: findNodeVersion(tree),
    variables: withBuildSecrets(needed, images).filter(({ name }) => !isSetBy(provider, name)),
    goesToGhcr: used.some(({ host }) => host === 'ghcr.io'),
    withoutLogin: used.filter(({ auth, host }) => auth === undefined && !isLoopback(host)),
    isLocalOnly: isLocalOnly(registries.content, images),
    images,
    ...(parts && { parts }),
  };
}

/** Whether no image goes to another machine: only what some publish selects counts, not every entry of the file. */
function isLocalOnly({ registries, publish }: RawRegistries, images: readonly PublishedImage[]): boolean {
  const own = images.flatMap((image) => image.registries ?? []);
  const doAllSay = images.length > 0 && images.every((image) => image.registries !== undefined);
  const names = new Set([...own, ...(doAllSay ? [] : (publish?.registries ?? []))]);
  const all = Object.entries(registries ?? {});
  const selected = all.filter(([name]) => names.has(name));
  return (selected.length > 0 ? selected : all).every(([, { host }]) => isLoopback(replaceVariables(host, {}).text));
}

interface FileChoice {
  readonly provider: Provider | undefined;
  /** The path of the workspace in its repository. */
  readonly folder: string;
  /** As given by `--file`. */
  readonly written: string | undefined;
}

/** CI systems look for their files at the root of the repository; a file that GitLab's includes may be anywhere. */
function chooseFile({ provider, folder, written }: FileChoice & { readonly provider: Provider }): string {
  return provider === 'gitlab' && written !== undefined ? written : `${toRepository(folder)}${written ?? FILES[provider]}`;
}

function findMissing(tree: Tree, { problems, content }: ParsedRegistries): readonly string[] {
  if (!tree.exists(REGISTRIES_FILE)) return [`there is no ${REGISTRIES_FILE} in this workspace → write one with \`nx g nx-oci:registry\``];
  const isEmpty = problems.length === 0 && Object.keys(content.registries ?? {}).length === 0;
  return isEmpty ? [`${REGISTRIES_FILE} names no registry → add one with \`nx g nx-oci:registry\``] : [];
}

function findReserved(provider: Provider, needed: readonly NeededVariable[], registries: ParsedRegistries): readonly string[] {
  const reserved = needed.filter(({ name }) => isReservedAt(provider, name));
  return reserved.map(({ name, path }) =>
    describeProblem(
      registries.place({
        path,
        part: 'value',
        what: `GitHub Actions sets no ${name}, and reserves names that begin with GITHUB_`,
        fix: 'give it another name',
      }),
    ),
  );
}

/** Users cannot create such a variable, and a name of other characters is none in a pipeline. */
function checkSecrets(images: readonly PublishedImage[], provider: Provider): readonly string[] {
  const all = images.flatMap(({ name: project, secretVariables = [] }) => secretVariables.map((name) => ({ project, name })));
  return all.flatMap(({ project, name }) => {
    if (isReservedAt(provider, name))
      return [`\`secrets\` of ${project} name ${name}, which GitHub Actions does not set, and reserves → give the variable another name`];
    return /^[A-Za-z_]\w*$/.test(name) ? [] : [`\`secrets\` of ${project} name ${JSON.stringify(name)} → write the name of a variable`];
  });
}

/** They are used in a script, where other characters may have a meaning. */
function checkTargets(targets: readonly string[]): readonly string[] {
  const odd = [...new Set(targets)].filter((target) => !/^[\w@][\w.:@/-]*$/.test(target));
  return odd.map((target) => `the target ${JSON.stringify(target)} cannot be named in a script → give it a name of letters, digits and -`);
}

function checkProvider(provider: Provider | undefined): readonly string[] {
  if (provider !== undefined) return [];
  return [
    'neither git nor a file of the workspace says which CI system is used → run `nx g nx-oci:ci --provider=github` or `nx g nx-oci:ci --provider=gitlab`',
  ];
}

function checkBranch(branch: string, isGiven: boolean, provider: Provider | undefined): readonly string[] {
  if (isRefName(branch)) return [];
  if (isGiven) return ['`--branch` is no name of a branch → use one like main'];
  // The job for GitLab uses GitLab's variable for the default branch.
  if (provider === 'gitlab') return [];
  return [
    `the default branch ${JSON.stringify(branch)}, of nx.json or the remote, is no name for a workflow → name one with --branch=main`,
  ];
}

function checkReleases(releases: readonly string[]): readonly string[] {
  const odd = releases.filter((release) => !isRefName(release.replace(/\{\w+\}/g, '1')));
  return odd.map(
    (release) => `git tags of releases are ${JSON.stringify(release)} in nx.json, which no pipeline can name → use v{version}, say`,
  );
}

/**
 * Whether a text is a valid name of a branch or tag in git, and literal text in pipelines.
 *
 * @see https://git-scm.com/docs/git-check-ref-format
 */
function isRefName(text: string): boolean {
  return /^(?![-/.])(?!.*(?:\.\.|\/\/|@\{|\/\.))[^\s~^:?*[\\"$`\p{Cc}]+(?<![/.])$/u.test(text);
}

function checkFile(tree: Tree, { provider, folder, written }: FileChoice): readonly string[] {
  if (written !== undefined && !/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$)).+\.ya?ml$/.test(written)) {
    return ['`--file` is no YAML file below the workspace root → use a path like ci/publish.yml'];
  }
  if (provider === undefined) return [];
  if (provider === 'github' && written !== undefined && !/^\.github\/workflows\/[^/]+$/.test(written)) {
    return ['`--file` is not in .github/workflows, where GitHub looks for workflows → use .github/workflows/images.yml, say'];
  }
  const obstacle = findObstacle(tree, chooseFile({ provider, folder, written }));
  return obstacle === undefined ? [] : [obstacle];
}
