import semver from 'semver';

import { cleanVersion } from './clean-version';
import { type ReleasePattern } from './release-pattern';

/** A git tag that looks like a version, but is not a release of this project. */
export interface PassedOverTag {
  readonly tag: string;
  /** Why it is not one, and which setting accepts it: a sentence without its full stop. */
  readonly why: string;
  /** The version that it names, if only its form differs. */
  readonly version?: string;
}

/** Which tags belong to a project, by form and by name. */
export interface TagNaming {
  readonly patterns: readonly ReleasePattern[];
  readonly projectName: string;
}

// At least two parts: in many repositories a tag v1 follows the releases, and is not one itself.
const LOOKS_LIKE_VERSION = /^\d+(?:\.\d+)+(?:[-+._].*)?$/;

/** Whether a text looks like a version to a reader, valid or not. */
export function looksLikeVersion(text: string): boolean {
  return LOOKS_LIKE_VERSION.test(text.replace(/^v/i, ''));
}

/**
 * Explains why a git tag that looks like a release of a project is not one; `undefined` if it is one, or belongs to another
 * project, or is something else altogether. Pure.
 */
export function explainTag(tag: string, { patterns, projectName }: TagNaming): PassedOverTag | undefined {
  const [first] = patterns;
  if (first === undefined || patterns.some(({ versionOf }) => versionOf(tag) !== undefined)) return undefined;
  const start = findStart(tag, { patterns, projectName });
  if (start === undefined || !looksLikeVersion(tag.slice(start.length))) return undefined;
  const [prefix = start] = new RegExp(`^.{${start.length}}v?`, 'is').exec(tag) ?? [];
  const text = tag.slice(prefix.length);
  const version = cleanVersion(text);
  if (version === undefined) return { tag, why: explainText(text, patterns.find(({ textOf }) => textOf(tag) !== undefined) ?? first) };
  const forms = patterns.map(({ text: form }) => `\`${form}\``).join(' or ');
  const own = prefix.startsWith(projectName) && projectName !== '' ? `{projectName}${prefix.slice(projectName.length)}` : prefix;
  const remedy = `if your releases are tagged like this, set \`release.releaseTag.pattern\` in nx.json to \`${own}{version}\``;
  return { tag, version, why: `it does not match ${forms}; ${remedy}` };
}

/** The part before the version: as in a pattern, in any letter case; the project's name; or nothing. */
function findStart(tag: string, { patterns, projectName }: TagNaming): string | undefined {
  const lower = tag.toLowerCase();
  const names = [projectName, projectName.split('/').at(-1) ?? ''].filter((name) => name !== '');
  const starts = [
    ...patterns.map(({ before }) => before),
    ...names.flatMap((name) => ['@', '/', '-', '_'].map((separator) => name + separator)),
  ];
  const found = starts.find((start) => start !== '' && lower.startsWith(start.toLowerCase()) && looksLikeVersion(tag.slice(start.length)));
  // If release tags name their project, a tag without a name belongs to no project.
  return found !== undefined ? tag.slice(0, found.length) : patterns.some(({ isOfWorkspace }) => isOfWorkspace) ? '' : undefined;
}

function explainText(text: string, { tagOf }: ReleasePattern): string {
  const instead = suggestVersion(text);
  const remedy = instead === undefined ? '' : `tag the commit ${tagOf(instead)}, pass --release=${instead}, or `;
  return `${describeMistake(text)}: ${remedy}use the tag unchanged with '{gitTag}' in \`tags\``;
}

function describeMistake(text: string): string {
  const parts = (/^[\d.]+/.exec(text)?.[0] ?? '').split('.').filter((part) => part !== '');
  const padded = parts.find((part) => /^0\d/.test(part));
  if (padded !== undefined) return `\`${padded}\` starts with a zero, which semantic versions do not allow`;
  return parts.length === 3 ? 'it is not a semantic version' : `it has ${parts.length} parts, but a semantic version has three`;
}

function suggestVersion(text: string): string | undefined {
  const [whole, major = '', minor = '', patch = '0'] = /^(\d+)\.(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  const version = [major, minor, patch].map((part) => part.replace(/^0+(?=\d)/, '')).join('.');
  return whole !== undefined && semver.valid(version) !== null ? version : undefined;
}
