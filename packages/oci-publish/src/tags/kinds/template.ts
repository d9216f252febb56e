import semver from 'semver';
import { z } from 'zod';

import { SHORT_COMMIT_LENGTH } from '../../git/short-commit';
import { refuse, type ValueProblem } from '../../text/describe-issue';
import { commitName, NO_COMMIT, type TagCandidate, type TagScope } from '../facts/tag-candidate';
import { explainNoBranch, explainNoGitTag, type TagFacts } from '../facts/tag-facts';
import { DEFAULT_DATE_FORMAT, formatDate, hasTime, UTC } from '../grammar/date-format';
import { LONGEST_TEMPLATE, parseTemplate, type TemplatePiece } from '../grammar/parse-template';
import { timeZone } from '../grammar/rule-options';
import { slug, slugVersion } from '../grammar/tag-grammar';
import { NO_CONTENT_HASH } from './content-hash';
import { defineKind } from './rule-kind';
import { NOT_A_RELEASE } from './version';

export interface Template {
  readonly kind: 'template';
  readonly pieces: readonly TemplatePiece[];
  readonly timeZone: string;
}

/** Text with fields in braces. */
export const template = defineKind({
  options: {
    template: z
      .string()
      .check(refuse(checkTemplate))
      .meta({ description: 'Text with fields in braces: {branch}-{shortSha}.', examples: ['{branch}-{shortSha}'] }),
    timeZone: timeZone.default(UTC),
  },
  make: ({ template: text, timeZone }): Template => ({ kind: 'template', pieces: parseTemplate(text).pieces, timeZone }),
  apply: fillTemplate,
});

function checkTemplate(text: string): readonly ValueProblem[] {
  const isShown = text.length <= LONGEST_TEMPLATE;
  const shown = isShown ? text : `${text.slice(0, 60)}…`;
  return parseTemplate(text).problems.map(({ what, fix, column }) => ({
    what: `\`${shown}\`: ${what}`,
    fix,
    ...(isShown && { at: { text, column } }),
  }));
}

type Field = TemplatePiece & { readonly kind: 'field' };

// The values of these fields are unique to an image.
const IMMUTABLE_FIELDS = new Set(['sha', 'shortSha', 'version', 'patch', 'hash', 'gitTag']);
// The values of these fields belong to a branch or a pull request.
const OWN_FIELDS = new Set(['branch', 'pr', 'sha', 'shortSha']);

/** The text of a template, or the first reason why there is none. */
function fillTemplate({ pieces, timeZone }: Template, facts: TagFacts): TagCandidate | string {
  const filled = pieces.map((piece) => fillPiece(piece, timeZone, facts));
  const missing = filled.find((value) => 'reason' in value);
  if (missing !== undefined && 'reason' in missing) return missing.reason;
  const fields = pieces.filter((piece): piece is Field => piece.kind === 'field');
  const names = new Set<string>(fields.map(({ field }) => field));
  const isFloating = !fields.some((piece) => isImmutable(piece));
  // The merge of the pull request is built, not its branch, which may even be named main.
  if (isFloating && names.has('branch') && !names.has('pr') && facts.event === 'pullRequest')
    return 'this is a pull request, and the tag would be that of its branch: add {pr} or {shortSha}';
  const isOfDirtyTree = facts.isDirty && (names.has('sha') || names.has('shortSha'));
  return {
    text: filled.map((value) => ('text' in value ? value.text : '')).join(''),
    isFloating: isOfDirtyTree || isFloating,
    scope: scopeOf(names),
    guard: [...names].some((name) => OWN_FIELDS.has(name)) ? 'cleanTree' : 'defaultBranch',
    isOfDirtyTree,
  };
}

function isImmutable({ field, format = DEFAULT_DATE_FORMAT }: Field): boolean {
  return IMMUTABLE_FIELDS.has(field) || ((field === 'date' || field === 'commitDate') && hasTime(format));
}

/** `{major}-alpine` is a line of versions, like the rule `major`. */
function scopeOf(names: ReadonlySet<string>): TagScope {
  if (!names.has('major') || names.has('patch') || names.has('version')) return 'commit';
  return names.has('minor') ? 'minor' : 'major';
}

type Filled = { readonly text: string } | { readonly reason: string };

function fillPiece(piece: TemplatePiece, timeZone: string, facts: TagFacts): Filled {
  if (piece.kind === 'text') return { text: piece.text };
  if (piece.kind === 'variable') return orReason(facts.env[piece.name], `the variable ${piece.name} is not set`);
  return fillField(piece, timeZone, facts);
}

function fillField({ field, length, format = DEFAULT_DATE_FORMAT }: Field, timeZone: string, facts: TagFacts): Filled {
  switch (field) {
    case 'sha':
      return commitName(length ?? Infinity, facts) ?? { reason: NO_COMMIT };
    case 'shortSha':
      return commitName(SHORT_COMMIT_LENGTH, facts) ?? { reason: NO_COMMIT };
    case 'branch':
      return orReason(facts.branch, explainNoBranch(facts));
    case 'defaultBranch':
      return orReason(facts.defaultBranch, 'the default branch is not known');
    case 'targetBranch':
      return orReason(facts.pullRequest?.targetBranch ?? facts.baseBranch, explainNoTarget(facts));
    case 'pr':
      return orReason(facts.pullRequest?.number, 'this is not a pull request');
    case 'gitTag':
      return orReason(facts.gitTags[0], explainNoGitTag(facts.event));
    case 'projectName':
      return orReason(facts.projectName, 'the project has no name');
    case 'hash':
      return orReason(facts.contentHash?.slice(0, length), NO_CONTENT_HASH);
    case 'date':
      return { text: formatDate(facts.nowMs, format, timeZone) };
    case 'commitDate':
      if (facts.commitTime === undefined) return { reason: NO_COMMIT };
      return { text: formatDate(Date.parse(facts.commitTime), format, timeZone) };
    default:
      return fillVersion(field, facts);
  }
}

function fillVersion(
  field: 'version' | 'major' | 'minor' | 'patch' | 'prerelease',
  { version: { release, line, reason, notReleased = NOT_A_RELEASE } }: TagFacts,
): Filled {
  if (field === 'major' || field === 'minor') {
    if (line === undefined) return { reason };
    const parsed = new semver.SemVer(line);
    return parsed.prerelease.length > 0 ? { reason: `${line} is a pre-release` } : { text: String(parsed[field]) };
  }
  if (release === undefined) return { reason: notReleased };
  if (field === 'version') return { text: slugVersion(release) };
  const parsed = new semver.SemVer(release);
  if (field === 'patch') return { text: String(parsed.patch) };
  return orReason(parsed.prerelease.join('.'), `${release} is not a pre-release`);
}

function explainNoTarget({ event }: TagFacts): string {
  return event === 'tag' ? 'CI does not say which branch the git tag was pushed with' : 'this is not a pull request';
}

/** Keeps only the characters that a tag may contain: branch names are untrusted. */
function orReason(value: string | undefined, reason: string): Filled {
  const text = slug(value ?? '');
  return text === '' ? { reason } : { text };
}
