import { PINNED_ACTIONS } from './pinned-actions';

it.each(Object.entries(PINNED_ACTIONS))('%s is pinned by commit, with its version beside it', (_, text) => {
  expect(text).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});
