import { type TagFacts } from './tag-facts';

/** The images that compete for a floating tag; determines what counts as newer. */
export type TagScope = 'major' | 'minor' | 'latest' | 'channel' | 'commit';

/**
 * From where a floating tag may move: the default branch or a release, any clean working tree (the tag belongs to that branch or
 * pull request, or its rule has a `when`), or anywhere.
 */
export type TagGuard = 'defaultBranch' | 'cleanTree' | 'none';

/** A tag before prefix and suffix. */
export interface TagCandidate {
  readonly text: string;
  readonly isFloating: boolean;
  /** Default `commit`. */
  readonly scope?: TagScope;
  /** Default `defaultBranch`. */
  readonly guard?: TagGuard;
  /** It names a commit, but the working tree has uncommitted changes. */
  readonly isOfDirtyTree?: boolean;
  readonly isContentAddressed?: boolean;
}

/** Why no tag names the commit if there is no git repository. */
export const NO_COMMIT = 'there is no commit, because this folder is not in a git repository';

/** The name of the commit. An image with uncommitted changes is not that commit: it gets another name. */
export function commitName(
  length: number,
  { commit, isDirty }: TagFacts,
): { readonly text: string; readonly isOfDirtyTree: boolean } | undefined {
  return commit === undefined ? undefined : { text: commit.slice(0, length) + (isDirty ? '-dirty' : ''), isOfDirtyTree: isDirty };
}
