import { type TagScope } from './facts/tag-candidate';
import semver from 'semver';

import { isInChannel } from './kinds/channel';

/** A version with an exact tag in a repository. */
export interface NamedVersion {
  readonly tag: string;
  /** Without prefix and suffix, with a literal `+`. */
  readonly version: string;
}

/** The names of exact versions in a repository that matter for one floating tag. Plain JSON. */
export interface VersionNames {
  readonly prefix: string;
  readonly suffix: string;
  /** For a channel: the versions that may take it. */
  readonly channel?: { readonly name: string; readonly stable: boolean };
}

export interface NameClues {
  /** Ours, without prefix. */
  readonly version: string;
  /** Of the floating tag. */
  readonly scope: TagScope;
  readonly names: VersionNames;
}

/** Whether version tags matter for a tag of this scope. */
export function isVersionLine(scope: TagScope): boolean {
  return scope !== 'commit';
}

/**
 * The highest version with an exact tag in a repository that is in the scope of a floating tag and above ours: `v1` chooses among
 * 1.x.y, `v1.2` among 1.2.x, `latest` among all releases, a channel among its own. Pure.
 *
 * @param tags every tag of the repository.
 */
export function highestAbove({ version, scope, names }: NameClues, tags: readonly string[]): NamedVersion | undefined {
  const ours = semver.parse(version);
  if (ours === null || !isVersionLine(scope)) return undefined;
  return tags
    .flatMap((tag) => readVersionName(tag, names))
    .filter((named) => semver.compareBuild(named.version, version) > 0 && isInScope(named.version, ours, { scope, names }))
    .reduce<NamedVersion | undefined>(
      (highest, named) => (highest !== undefined && semver.compareBuild(highest.version, named.version) >= 0 ? highest : named),
      undefined,
    );
}

/** Parses `v1.2.3_build.5`, where `_` stands for `+`; `undefined` if it is not an exact version. */
export function readVersionName(tag: string, { prefix, suffix }: VersionNames): readonly NamedVersion[] {
  if (!tag.startsWith(prefix) || !tag.endsWith(suffix)) return [];
  const version = tag.slice(prefix.length, tag.length - suffix.length).replace('_', '+');
  // `v1` and `v1.2` are lines, and 01.2.3 is not a version: semver decides.
  return /^\d/.test(version) && semver.valid(version) !== null ? [{ tag, version }] : [];
}

function isInScope(version: string, ours: semver.SemVer, { scope, names }: Pick<NameClues, 'scope' | 'names'>): boolean {
  if (scope === 'channel') return names.channel !== undefined && isInChannel(names.channel.name, names.channel.stable, version);
  const named = new semver.SemVer(version);
  if (named.prerelease.length > 0) return false;
  if (scope === 'latest') return true;
  return named.major === ours.major && (scope === 'major' || named.minor === ours.minor);
}
