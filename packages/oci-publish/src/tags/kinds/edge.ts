import { defineKind } from './rule-kind';

const EVENT_NAMES = { pullRequest: 'a pull request', tag: 'a git tag' } as const;

/** `edge`: the tip of the default branch. */
export const edge = defineKind({
  options: {},
  alwaysFloats: true,
  make: () => ({ kind: 'edge' }),
  apply: (_source, { isOnDefaultBranch, defaultBranch, branch, event }) => {
    // The commit of a tag at the tip of the branch was already built for the branch, perhaps long ago.
    const isOther = event === 'pullRequest' || event === 'tag';
    if (isOnDefaultBranch && !isOther) return { text: 'edge', isFloating: true };
    const here = isOther ? EVENT_NAMES[event] : (branch ?? 'a detached HEAD');
    return `only on the default branch ${defaultBranch}, but this is ${here}`;
  },
});
