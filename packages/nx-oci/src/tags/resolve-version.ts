import { cleanVersion, highestVersion } from './clean-version';
import { type ReleasePattern } from './release-pattern';

/** The version of a project at this commit, and how it is known. */
export interface ProjectVersion {
  /** Exact version, without `v`; only where this commit is a release. */
  readonly release: string | undefined;
  /** The version whose major and minor line this commit belongs to. */
  readonly line: string | undefined;
  /** Where `line` comes from, or why there is none; for the plan. */
  readonly reason: string;
  /** Why it may be another one, had the repository its whole history here. */
  readonly doubt?: string;
}

/** Every place that a version may be written, as found. */
export interface VersionClues {
  /** `--release`, as given. */
  readonly asked?: string;
  /** What `nx release` decided, if it ran: valid semver, where it is a version at all. */
  readonly released?: { readonly version?: string; readonly reason: string };
  /** Of the project's release tags, its own kind first. */
  readonly patterns: readonly ReleasePattern[];
  readonly tagsAtHead: readonly string[];
  /** Tags on the closest tagged commit at or before HEAD. */
  readonly nearestTags: readonly string[];
  readonly projectVersion?: string;
  readonly workspaceVersion?: string;
  readonly isShallow: boolean;
}

/**
 * Chooses the version. Pure. `asked` must be valid semver already (`isReleaseVersion`).
 *
 * A release is `--release`, else what `nx release` says, else a release tag at HEAD. Otherwise the line follows the nearest
 * release tag, the project's package.json, the workspace's; `0.0.0` is a placeholder and counts as none.
 */
export function resolveVersion(clues: VersionClues): ProjectVersion {
  const { release, reason } = findRelease(clues) ?? {};
  if (release !== undefined && reason !== undefined) return { release, line: release, reason };

  const nearest = highestOf(clues.nearestTags, clues.patterns);
  if (nearest !== undefined) return { release: undefined, line: nearest, reason: 'nearest git tag' };

  const doubt = clues.isShallow ? { doubt: 'this clone is shallow, and release tags may be missing (fetch-depth: 0 brings them)' } : {};
  const fromProject = meaningful(clues.projectVersion);
  if (fromProject !== undefined) return { release: undefined, line: fromProject, reason: "the project's package.json", ...doubt };

  const fromWorkspace = meaningful(clues.workspaceVersion);
  if (fromWorkspace !== undefined) return { release: undefined, line: fromWorkspace, reason: "the workspace's package.json", ...doubt };

  return { release: undefined, line: undefined, reason: 'no version: no release tag yet', ...doubt };
}

/** The exact version of this commit and who says so; nothing where it is no release. */
export function findRelease({
  asked,
  released,
  tagsAtHead,
  patterns,
}: Pick<VersionClues, 'asked' | 'released' | 'tagsAtHead' | 'patterns'>):
  { readonly release: string; readonly reason: string } | undefined {
  const told = [
    { version: asked, reason: '--release' },
    { version: released?.version, reason: released?.reason ?? 'nx release' },
  ];
  for (const { version, reason } of told) {
    const release = version === undefined ? undefined : cleanVersion(version);
    if (release !== undefined) return { release, reason };
  }
  const here = highestOf(tagsAtHead, patterns);
  return here === undefined ? undefined : { release: here, reason: 'git tag at HEAD' };
}

/** Whether `--release` can be understood: `1.2.3`, `v1.2.3`, `1.2.3-rc.1`, `1.2.3+build.5`. */
export function isReleaseVersion(text: string): boolean {
  return cleanVersion(text) !== undefined;
}

/** The highest version that tags of the first pattern name, else of the next. */
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
