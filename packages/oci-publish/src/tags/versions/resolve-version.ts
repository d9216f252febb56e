import semver from 'semver';

import { type BuiltTags } from '../../git/built-tags';
import { cleanVersion, highestVersion } from './clean-version';
import { explainTag, type PassedOverTag, type TagNaming } from './explain-tag';
import { type ReleasePattern } from './release-pattern';
import { type Released } from './released';

/** The version of a project at this commit, and its source. */
export interface ProjectVersion {
  /** Exact version, without `v`; only if this commit is a release. */
  readonly release: string | undefined;
  /** The version that determines the major and minor line of this commit. */
  readonly line: string | undefined;
  /** Where `line` comes from, or why there is none; for the plan. */
  readonly reason: string;
  /** Why there is no `release`, and how to make one, in the workspace's own form of git tags. */
  readonly notReleased?: string;
  /** Why it might differ with the complete history of the repository. */
  readonly doubt?: string;
  /** The git tag that looks like a newer version but was ignored, and why; always shown. */
  readonly notice?: string;
}

/** The clues that this commit is a release. */
export interface ReleaseClues {
  /** `--release`, as given. */
  readonly asked?: string;
  /** The decision of `nx release`, if it ran: valid semver, if it is a version at all. */
  readonly released?: Released;
  readonly builtTags: Pick<BuiltTags, 'names' | 'namedBy' | 'pullRequest'>;
  /** The patterns of the project's release tags, its own kind first. */
  readonly patterns: readonly ReleasePattern[];
}

/** All sources of a version, as found. */
export interface VersionClues extends ReleaseClues {
  readonly projectName: string;
  /** Release tags on the closest commit at or before HEAD that has one. */
  readonly nearestTags: readonly string[];
  /** Tags on the closest commit with a tag that looks like a version, release tag or not. */
  readonly nearestLookalikes?: readonly string[];
  readonly projectVersion?: string;
  readonly workspaceVersion?: string;
  readonly isShallow: boolean;
}

/**
 * Chooses the version. Pure. `asked` must be valid semver already (`isReleaseVersion`).
 *
 * A release is `--release`, else the decision of `nx release`, else the git tag that CI names, else one at HEAD. Otherwise the
 * line follows the nearest release tag, the project's package.json, the workspace's; `0.0.0` is a placeholder and does not count.
 * If a tag that looks like a newer version was ignored, older sources give no line.
 */
export function resolveVersion(clues: VersionClues): ProjectVersion {
  const found = findRelease(clues);
  if (found !== undefined) return { ...found, line: found.release };
  const passedOver = explainFirst(clues.builtTags.names, clues);
  if (passedOver !== undefined) {
    const reason = `${describeSource(clues.builtTags)} ${passedOver.tag} is not a release: ${passedOver.why}`;
    // A tag that nx release made is what the image is tagged with: nobody has to change it.
    const imageTag = clues.released?.imageTag;
    const isKnown = imageTag !== undefined && passedOver.tag.endsWith(imageTag);
    return { release: undefined, line: undefined, reason, notReleased: reason, ...(!isKnown && { notice: reason }) };
  }
  return { ...findLine(clues), release: undefined, notReleased: explainNoRelease(clues) };
}

function findLine(clues: VersionClues): Pick<ProjectVersion, 'line' | 'reason' | 'doubt' | 'notice'> {
  const nearest = highestOf(clues.nearestTags, clues.patterns);
  const closer = explainFirst(clues.nearestLookalikes ?? [], clues);
  const notice = closer && `the git tag ${closer.tag} before this commit is not a release: ${closer.why}`;
  const isOutdated = nearest !== undefined && closer?.version !== undefined && semver.gt(closer.version, nearest);
  if (notice !== undefined && isOutdated) return { line: undefined, reason: notice, notice };
  return { ...findWrittenLine(clues, nearest), ...(notice !== undefined && { notice }) };
}

function findWrittenLine(clues: VersionClues, nearest: string | undefined): Pick<ProjectVersion, 'line' | 'reason' | 'doubt'> {
  if (nearest !== undefined) return { line: nearest, reason: 'nearest git tag' };
  const doubt = clues.isShallow ? { doubt: 'this clone is shallow, and release tags may be missing (fetch them with fetch-depth: 0)' } : {};
  const fromProject = meaningful(clues.projectVersion);
  if (fromProject !== undefined) return { line: fromProject, reason: "the project's package.json", ...doubt };

  const fromWorkspace = meaningful(clues.workspaceVersion);
  if (fromWorkspace !== undefined) return { line: fromWorkspace, reason: "the workspace's package.json", ...doubt };

  return { line: undefined, reason: 'no release tag yet', ...doubt };
}

/** The exact version of this commit and its source; `undefined` if it is not a release. */
export function findRelease({
  asked,
  released,
  builtTags,
  patterns,
}: ReleaseClues): { readonly release: string; readonly reason: string } | undefined {
  const requested = [
    { version: asked, reason: '--release' },
    { version: released?.version, reason: released?.reason ?? 'nx release' },
  ];
  for (const { version, reason } of requested) {
    const release = version === undefined ? undefined : cleanVersion(version);
    if (release !== undefined) return { release, reason };
  }
  const here = highestOf(builtTags.names, patterns);
  return here === undefined ? undefined : { release: here, reason: describeSource(builtTags) };
}

/** The source of the built git tags: `git tag at HEAD`, `git tag that GitLab CI builds`. */
export function describeSource({ namedBy }: Pick<BuiltTags, 'namedBy'>): string {
  return namedBy === undefined ? 'git tag at HEAD' : `git tag that ${namedBy} builds`;
}

/** Whether `--release` is valid: `1.2.3`, `v1.2.3`, `1.2.3-rc.1`, `1.2.3+build.5`. */
export function isReleaseVersion(text: string): boolean {
  return cleanVersion(text) !== undefined;
}

/** In the form of the workspace's release tags. */
function explainNoRelease({ patterns, builtTags }: ReleaseClues): string {
  if (builtTags.pullRequest !== undefined) return `not a release: this is ${builtTags.pullRequest}`;
  const pattern = patterns.find(({ isOfWorkspace }) => isOfWorkspace) ?? patterns[0];
  const byTag = pattern === undefined ? '' : ` or tag the commit ${pattern.tagOf('1.2.3')}`;
  return `not a release: pass --release=1.2.3${byTag}`;
}

function explainFirst(tags: readonly string[], naming: TagNaming): PassedOverTag | undefined {
  const isKnown = tags.some((tag) => naming.patterns.some(({ versionOf }) => versionOf(tag) !== undefined));
  return isKnown ? undefined : tags.map((tag) => explainTag(tag, naming)).find((explained) => explained !== undefined);
}

/** The highest version among tags of the first pattern, else of the next one. */
function highestOf(tags: readonly string[], patterns: readonly ReleasePattern[]): string | undefined {
  for (const { versionOf } of patterns) {
    const versions = tags.map(versionOf).filter((version) => version !== undefined);
    if (versions.length > 0) return highestVersion(versions);
  }
  return undefined;
}

function meaningful(version: string | undefined): string | undefined {
  const clean = version === undefined ? undefined : cleanVersion(version);
  return clean === '0.0.0' ? undefined : clean;
}
