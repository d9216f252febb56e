import { compileNameGlob } from '@nx-oci/model';

import { type CiEvent } from '../../ci/facts/ci-facts';
import { matchBounded } from './bounded-regex';

/** Patterns of one kind: a glob, or a regular expression between slashes; `!` before it excludes matches. */
export type Patterns = readonly string[];

/** Where a rule applies: every given kind must match. */
export interface When {
  readonly branch?: Patterns;
  readonly tag?: Patterns;
  readonly event?: Patterns;
}

export interface WhenFacts {
  readonly branch: string | undefined;
  readonly defaultBranch: string;
  readonly gitTags: readonly string[];
  readonly event: CiEvent;
}

/** Why a rule does not apply here; `undefined` if it does. */
export function reasonNotHere(when: When, { branch, defaultBranch, gitTags, event }: WhenFacts): string | undefined {
  const fill = (patterns: Patterns) => patterns.map((pattern) => pattern.replaceAll('{defaultBranch}', defaultBranch));
  if (when.event !== undefined && !matchesAny([event], when.event)) return `only for ${when.event.join(', ')}, but this is ${event}`;
  // For a pull request, its merge with the target is built, not its branch, whatever the name of that is. If the rule itself is
  // for pull requests, the branch is the one that the pull request comes from.
  const isOfPullRequests = when.event?.includes('pullRequest') === true;
  if (when.branch !== undefined && event === 'pullRequest' && !isOfPullRequests) {
    return `only on branch ${fill(when.branch).join(', ')}, but this is a pull request`;
  }
  if (when.branch !== undefined && !matchesAny(branch === undefined ? [] : [branch], fill(when.branch))) {
    return `only on branch ${fill(when.branch).join(', ')}, but this is ${branch ?? 'no branch'}`;
  }
  if (when.tag !== undefined && !matchesAny(gitTags, fill(when.tag))) {
    return `only on git tag ${fill(when.tag).join(', ')}, but ${event === 'pullRequest' ? 'this is a pull request' : `this commit has ${gitTags.join(', ') || 'none'}`}`;
  }
  return undefined;
}

/**
 * Whether a name matches a pattern (any name, if all patterns exclude), and none is excluded. If a pattern takes too long for a
 * name, the name counts as excluded and not as included, so that a branch name cannot bypass a rule.
 */
function matchesAny(names: readonly string[], patterns: Patterns): boolean {
  const excluding = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  const including = patterns.filter((pattern) => !pattern.startsWith('!'));
  return names.some(
    (name) =>
      !excluding.some((pattern) => matches(name, pattern) !== false) &&
      (including.length === 0 || including.some((pattern) => matches(name, pattern) === true)),
  );
}

function matches(name: string, pattern: string): boolean | 'timeout' {
  const expression = regexIn(pattern);
  if (expression === undefined) return compileNameGlob(pattern).matches(name);
  const found = matchBounded(expression, name);
  return found === 'timeout' ? found : found !== undefined;
}

/** The regular expression in `/…/`; `undefined` if the pattern is a glob. */
export function regexIn(pattern: string): string | undefined {
  return /^!?\/(.+)\/$/s.exec(pattern)?.[1];
}
