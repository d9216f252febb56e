import { compileNameGlob } from '@nx-oci/model';

import { type CiEvent } from '../../ci/facts/ci-facts';
import { matchBounded } from './bounded-regex';

/** Patterns of one kind: a glob, or a regular expression between slashes; with `!` before it, what must not match. */
export type Patterns = readonly string[];

/** Where a rule holds: every kind that is given has to match. */
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

/** Why a rule does not hold here, if it does not. */
export function reasonNotHere(when: When, { branch, defaultBranch, gitTags, event }: WhenFacts): string | undefined {
  const fill = (patterns: Patterns) => patterns.map((pattern) => pattern.replaceAll('{defaultBranch}', defaultBranch));
  if (when.event !== undefined && !matchesAny([event], when.event)) return `only for ${when.event.join(', ')}, but this is ${event}`;
  // What is built of a pull request is its merge with another branch: it is not that branch, whatever it is called. Where the
  // rule itself speaks of pull requests, the branch is the one that it comes from.
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
 * One of the names matches a pattern (any will do where all of them exclude), and none is excluded. A name that a pattern
 * takes too long for is excluded by it, and not included: a branch name cannot get past a rule.
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
