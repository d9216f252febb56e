import semver from 'semver';

import { type ProjectVersion } from './resolve-version';
import { type TagRule } from './tag-rule';

/** Which images a floating tag chooses among; decides what counts as newer. */
export type TagScope = 'major' | 'minor' | 'latest' | 'commit';

/** One tag that a publish wants to point at its image. */
export interface WantedTag {
  readonly tag: string;
  /** The word or literal that asked for it. */
  readonly rule: string;
  /** A floating tag moves; any other is never pointed elsewhere. */
  readonly isFloating: boolean;
  readonly scope: TagScope;
}

export interface SkippedRule {
  readonly rule: string;
  readonly reason: string;
}

export interface ComputedTags {
  readonly tags: readonly WantedTag[];
  readonly skipped: readonly SkippedRule[];
}

export interface TagFacts {
  readonly commit: string;
  readonly isDirty: boolean;
  readonly version: ProjectVersion;
}

const SHORT_SHA_LENGTH = 7;

/**
 * Turns rules into tags. Pure. Never an empty tag: a rule that has nothing to say is skipped with its reason.
 * Two rules that give the same tag give it once; should one of them call it immutable, it is.
 */
export function computeTags(rules: readonly TagRule[], facts: TagFacts): ComputedTags {
  const tags = new Map<string, WantedTag>();
  const skipped: SkippedRule[] = [];
  for (const rule of rules) {
    const result = rule.kind === 'literal' ? floating(rule.tag, rule.tag, 'commit') : applyRule(rule, facts);
    if ('reason' in result) skipped.push(result);
    else if (tags.get(result.tag)?.isFloating !== false) tags.set(result.tag, result);
  }
  return { tags: [...tags.values()], skipped };
}

function applyRule(rule: TagRule & { kind: 'rule' }, facts: TagFacts): WantedTag | SkippedRule {
  switch (rule.name) {
    case 'sha':
      return shaTag(rule.prefix, facts);
    case 'version':
      return versionTag(rule.prefix, facts.version);
    case 'major':
    case 'minor':
      return lineTag(rule.name, rule.prefix, facts.version);
    case 'latest':
      return latestTag(rule.prefix, facts.version);
  }
}

function shaTag(prefix: string, { commit, isDirty }: TagFacts): WantedTag {
  const tag = `${prefix}${commit.slice(0, SHORT_SHA_LENGTH)}`;
  // What is built from uncommitted changes is not that commit: it gets a name of its own, and may change.
  return isDirty ? floating(`${tag}-dirty`, 'sha', 'commit') : { tag, rule: 'sha', isFloating: false, scope: 'commit' };
}

function versionTag(prefix: string, version: ProjectVersion): WantedTag | SkippedRule {
  if (version.release === undefined) return { rule: 'version', reason: 'not a release: give --release=1.2.3 or tag the commit v1.2.3' };
  return { tag: toTag(prefix + version.release), rule: 'version', isFloating: false, scope: 'commit' };
}

function lineTag(rule: 'major' | 'minor', prefix: string, version: ProjectVersion): WantedTag | SkippedRule {
  if (version.line === undefined) return { rule, reason: version.reason };
  const { major, minor, prerelease } = parse(version.line);
  if (prerelease.length > 0) return { rule, reason: `${version.line} is a pre-release` };
  // Below 1.0.0 a minor version may break, so that v0 would promise what semver does not.
  if (rule === 'major' && major === 0) return { rule, reason: `${version.line} has no stable major version` };
  return floating(`${prefix}${rule === 'major' ? major : `${major}.${minor}`}`, rule, rule);
}

function latestTag(prefix: string, version: ProjectVersion): WantedTag | SkippedRule {
  if (version.release !== undefined && parse(version.release).prerelease.length > 0) {
    return { rule: 'latest', reason: `${version.release} is a pre-release` };
  }
  return floating(`${prefix}latest`, 'latest', 'latest');
}

function floating(tag: string, rule: string, scope: TagScope): WantedTag {
  return { tag, rule, isFloating: true, scope };
}

/** Tags know no `+`; Helm's way of writing build metadata is the usual one. */
function toTag(version: string): string {
  return version.replaceAll('+', '_');
}

function parse(version: string): semver.SemVer {
  return new semver.SemVer(version);
}
