import semver from 'semver';

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
  readonly projectName: string;
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
 * A release is `--release`, else a release tag at HEAD. Otherwise the line follows the nearest release tag, the
 * project's package.json, the workspace's; `0.0.0` is a placeholder and counts as none.
 */
export function resolveVersion(clues: VersionClues): ProjectVersion {
  const asked = clues.asked === undefined ? undefined : cleanVersion(clues.asked);
  if (asked !== undefined) return { release: asked, line: asked, reason: '--release' };

  const here = highest(clues.tagsAtHead, clues.projectName);
  if (here !== undefined) return { release: here, line: here, reason: 'git tag at HEAD' };

  const nearest = highest(clues.nearestTags, clues.projectName);
  if (nearest !== undefined) return { release: undefined, line: nearest, reason: 'nearest git tag' };

  const doubt = clues.isShallow ? { doubt: 'this clone is shallow, and release tags may be missing (fetch-depth: 0 brings them)' } : {};
  const fromProject = meaningful(clues.projectVersion);
  if (fromProject !== undefined) return { release: undefined, line: fromProject, reason: "the project's package.json", ...doubt };

  const fromWorkspace = meaningful(clues.workspaceVersion);
  if (fromWorkspace !== undefined) return { release: undefined, line: fromWorkspace, reason: "the workspace's package.json", ...doubt };

  return { release: undefined, line: undefined, reason: 'no version: no release tag yet', ...doubt };
}

/** Whether `--release` can be understood: `1.2.3`, `v1.2.3`, `1.2.3-rc.1`, `1.2.3+build.5`. */
export function isReleaseVersion(text: string): boolean {
  return cleanVersion(text) !== undefined;
}

/**
 * Git globs for the tags that name a release of this project, its own kind first; `preRelease` matches those that
 * are not a stable version.
 */
export function releaseTagGlobs(projectName: string): readonly { readonly any: string; readonly preRelease: string }[] {
  return [`${projectName}@`, 'v'].map((prefix) => ({ any: `${prefix}[0-9]*`, preRelease: `${prefix}*-*` }));
}

function highest(tags: readonly string[], projectName: string): string | undefined {
  const ofProject = tags.filter((tag) => tag.startsWith(`${projectName}@`)).map((tag) => tag.slice(projectName.length + 1));
  const ofWorkspace = tags.filter((tag) => /^v\d/.test(tag));
  for (const candidates of [ofProject, ofWorkspace]) {
    const versions = candidates.map(cleanVersion).filter((version) => version !== undefined);
    if (versions.length > 0) return versions.sort(semver.compareBuild).at(-1);
  }
  return undefined;
}

function meaningful(version: string | undefined): string | undefined {
  const clean = version === undefined ? undefined : cleanVersion(version);
  return clean === '0.0.0' ? undefined : clean;
}

/** `semver.clean` drops build metadata, which a release may carry. */
function cleanVersion(text: string): string | undefined {
  const parsed = semver.parse(text.trim().replace(/^v/, ''));
  if (parsed === null) return undefined;
  return parsed.build.length > 0 ? `${parsed.version}+${parsed.build.join('.')}` : parsed.version;
}
