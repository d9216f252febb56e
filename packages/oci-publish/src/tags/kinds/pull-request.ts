import { defineKind } from './rule-kind';

/** The number of the pull request. */
export const pr = defineKind({
  options: {},
  defaultPrefix: 'pr-',
  make: () => ({ kind: 'pr' }),
  apply: (_source, { pullRequest }) =>
    pullRequest?.number === undefined ? 'this is not a pull request' : { text: pullRequest.number, isFloating: true, guard: 'cleanTree' },
});
