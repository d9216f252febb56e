import { join } from 'node:path';

import { readTextFile } from '@nx-oci/model';

import { refuseContradiction } from '../../git/built-tags';
import { type GitFacts } from '../../git/read-git-facts';
import { looksLikeVersion } from '../../tags/versions/explain-tag';
import { findReleasePatterns } from '../../tags/versions/find-release-patterns';
import { type ReleasePattern } from '../../tags/versions/release-pattern';
import { findRelease, resolveVersion, type ProjectVersion } from '../../tags/versions/resolve-version';
import { isOfVersionLine } from '../../tags/rules/tag-rule';
import { type NormalizedTask } from './normalize-task';

/** Sources of versions besides the options of a task. */
export interface VersionContext {
  readonly workspaceRoot: string;
  /** The patterns of a project's release tags in nx.json; by default Nx's own. */
  readonly releasePatternsOf?: (project: string) => readonly ReleasePattern[];
}

/**
 * Finds the version that a task publishes, for publish, dry run, plan and `nx release` alike.
 *
 * @throws OciError `OPTIONS_INVALID` if CI names a git tag, and another commit is checked out.
 */
export async function findVersion(
  { project: name, projectRoot: root, release: asked, released, rules, registryRules }: NormalizedTask,
  git: GitFacts,
  { workspaceRoot, releasePatternsOf }: VersionContext,
): Promise<ProjectVersion> {
  const { builtTags } = git;
  if (asked === undefined && released === undefined) refuseContradiction(builtTags, name);
  const patterns = releasePatternsOf?.(name) ?? findReleasePatterns({ name, root }, undefined);
  const clues = { asked, released, patterns, builtTags };
  const isRelease = findRelease(clues) !== undefined;
  const isLineWanted = [rules, ...registryRules.values()].flat().some(isOfVersionLine);
  // A release needs nothing else.
  const [nearestTags, nearestLookalikes] = isRelease
    ? [[], []]
    : await Promise.all([findNearest(git, patterns), findLookalikes(git, patterns)]);
  return resolveVersion({
    ...clues,
    projectName: name,
    nearestTags,
    nearestLookalikes,
    projectVersion: await readPackageVersion(join(workspaceRoot, root)),
    workspaceVersion: await readPackageVersion(workspaceRoot),
    isShallow: isLineWanted && !isRelease && nearestTags.length === 0 && (await git.askWhetherShallow()),
  });
}

async function findNearest(git: GitFacts, patterns: readonly ReleasePattern[]): Promise<readonly string[]> {
  const found = await Promise.all(
    patterns.map(({ glob, preReleaseGlob, versionOf }) =>
      git.findNearestTags({ glob, excludedGlob: preReleaseGlob, isWanted: (name) => versionOf(name) !== undefined }),
    ),
  );
  return found.flat();
}

/** Tags without a project's name that look like versions; git runs only if one of them matches no pattern. */
async function findLookalikes(git: GitFacts, patterns: readonly ReleasePattern[]): Promise<readonly string[]> {
  if (!patterns.some(({ isOfWorkspace }) => isOfWorkspace)) return [];
  const isRelease = (name: string): boolean => patterns.some(({ versionOf }) => versionOf(name) !== undefined);
  return git.findNearestTags({
    glob: '[vV0-9]*',
    moreGlobs: patterns.map(({ glob }) => glob),
    isWanted: (name) => isRelease(name) || looksLikeVersion(name),
    isNeeded: (name) => looksLikeVersion(name) && !isRelease(name),
  });
}

/** The version in a folder's package.json; `undefined` if there is no such file or no version in it. */
export async function readPackageVersion(folder: string): Promise<string | undefined> {
  const text = (await readTextFile(join(folder, 'package.json'))) ?? '{}';
  const { version } = JSON.parse(text) as { version?: unknown };
  return typeof version === 'string' ? version : undefined;
}
