import { SHORT_COMMIT_LENGTH } from '../../git/short-commit';
import { commitName, NO_COMMIT } from '../facts/tag-candidate';
import { length } from '../grammar/rule-options';
import { defineKind } from './rule-kind';

/** The id of the commit; with uncommitted changes, another name. */
export const sha = defineKind({
  options: { length: length.default(SHORT_COMMIT_LENGTH) },
  make: ({ length }) => ({ kind: 'sha', length }),
  apply: ({ length }, facts) => {
    const name = commitName(length, facts);
    return name === undefined ? NO_COMMIT : { ...name, isFloating: facts.isDirty };
  },
});
