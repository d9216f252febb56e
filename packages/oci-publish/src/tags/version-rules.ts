import { type TagCandidate } from './tag-candidate';
import semver from 'semver';

import { type ProjectVersion } from './versions/resolve-version';
import { slugVersion } from './rules/tag-grammar';

/** Why there is no exact version. */
export const NOT_A_RELEASE = 'not a release';

/** The exact version: of a release alone. */
export function versionTag({ release, notReleased = NOT_A_RELEASE }: ProjectVersion): TagCandidate | string {
  return release === undefined ? notReleased : { text: slugVersion(release), isFloating: false };
}

/** `1` or `1.2`: the line that a commit belongs to. */
export function lineTag(rule: 'major' | 'minor', allowZero: boolean, { line, reason }: ProjectVersion): TagCandidate | string {
  if (line === undefined) return reason;
  const { major, minor, prerelease } = parse(line);
  if (prerelease.length > 0) return `${line} is a pre-release`;
  // Below 1.0.0 a minor version may break, below 0.1.0 a patch: v0 and v0.0 would promise what semver does not.
  const isStable = major > 0 || (rule === 'minor' && minor > 0);
  if (!isStable && !allowZero) return `${line} has no stable ${rule} version`;
  return { text: rule === 'major' ? `${major}` : `${major}.${minor}`, isFloating: true, scope: rule };
}

export function latestTag({ release }: ProjectVersion): TagCandidate | string {
  if (release !== undefined && isPreRelease(release)) return `${release} is a pre-release`;
  return { text: 'latest', isFloating: true, scope: 'latest' };
}

/**
 * A channel: the newest pre-release of its identifier, `next` of any; stable releases only where the rule wants them.
 */
export function channelTag(name: string, stable: boolean, { release, notReleased = NOT_A_RELEASE }: ProjectVersion): TagCandidate | string {
  if (release === undefined) return notReleased;
  if (isInChannel(name, stable, release)) return { text: name, isFloating: true, scope: 'channel' };
  return isPreRelease(release) ? `${release} is not a \`${name}\` pre-release` : `${release} is not a pre-release`;
}

/** Whether a version may take a channel. */
export function isInChannel(name: string, stable: boolean, version: string): boolean {
  const [identifier] = parse(version).prerelease;
  if (identifier === undefined) return stable;
  return name === 'next' || identifier === name;
}

function isPreRelease(version: string): boolean {
  return parse(version).prerelease.length > 0;
}

function parse(version: string): semver.SemVer {
  return new semver.SemVer(version);
}
