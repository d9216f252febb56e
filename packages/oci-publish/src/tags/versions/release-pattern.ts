import { cleanVersion } from './clean-version';

/** The form of a workspace's release tags: `v{version}`, `{projectName}@{version}`. */
export interface ReleasePattern {
  /** As written, for the user. */
  readonly text: string;
  /** git globs: for all such tags, and for those that are not a stable version. */
  readonly glob: string;
  readonly preReleaseGlob: string;
  /** The version of a git tag, `undefined` if the tag does not match. */
  readonly versionOf: (tag: string) => string | undefined;
  /** The text in place of the version, valid or not; starts with a digit. */
  readonly textOf: (tag: string) => string | undefined;
  /** The tag of a version. */
  readonly tagOf: (version: string) => string;
  /** The part before the version, with placeholders filled in. */
  readonly before: string;
  /** Contains neither project nor group: one tag releases the whole workspace. */
  readonly isOfWorkspace: boolean;
}

/** The values of a pattern's placeholders. */
export interface ReleaseNames {
  readonly projectName: string;
  readonly releaseGroupName?: string;
}

const VERSION = '{version}';

/** Reads a pattern of nx.json. One that does not contain `{version}` exactly once matches nothing. */
export function makeReleasePattern(text: string, { projectName, releaseGroupName }: ReleaseNames): ReleasePattern | undefined {
  const [before, after, ...more] = text.split(VERSION).map((part) => fill(part, projectName, releaseGroupName));
  if (before === undefined || after === undefined || more.length > 0) return undefined;
  const around = (middle: string): string => escapeGlob(before) + middle + escapeGlob(after);
  const textOf = (tag: string): string | undefined => {
    if (tag.length < before.length + after.length || !tag.startsWith(before) || !tag.endsWith(after)) return undefined;
    const found = tag.slice(before.length, tag.length - after.length);
    return /^\d/.test(found) ? found : undefined;
  };
  return {
    text,
    glob: around('[0-9]*'),
    preReleaseGlob: around('[0-9]*-*'),
    versionOf: (tag) => {
      const found = textOf(tag);
      return found === undefined ? undefined : cleanVersion(found);
    },
    textOf,
    tagOf: (version) => before + version + after,
    before,
    isOfWorkspace: !text.includes('{projectName}') && !text.includes('{releaseGroupName}'),
  };
}

function fill(part: string, projectName: string, releaseGroupName = ''): string {
  return part.replaceAll('{projectName}', projectName).replaceAll('{releaseGroupName}', releaseGroupName);
}

/** @see https://git-scm.com/docs/git-for-each-ref (fnmatch: a backslash takes a character as it is) */
function escapeGlob(text: string): string {
  return text.replace(/[*?[\]\\]/g, '\\$&');
}
