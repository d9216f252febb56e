import { explainNoBranch } from '../facts/tag-facts';
import { slug } from '../grammar/tag-grammar';
import { defineKind } from './rule-kind';

/** The name of the branch. */
export const branch = defineKind({
  options: {},
  make: () => ({ kind: 'branch' }),
  apply: (_source, { branch: name, event }) => {
    // The merge with the target is built, and the branch of a fork may have any name.
    if (event === 'pullRequest') return 'this is a pull request, which the rule `pr` names';
    if (name === undefined) return explainNoBranch({ event, pullRequest: undefined });
    return { text: slug(name), isFloating: true, guard: 'cleanTree' };
  },
});
