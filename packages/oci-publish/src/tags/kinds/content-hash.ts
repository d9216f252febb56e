import { length } from '../grammar/rule-options';
import { defineKind } from './rule-kind';

/** Why the content has no name. */
export const NO_CONTENT_HASH =
  'no digest depends on the content alone: the image is not built yet, or its engine added the commit during the build';

/** Characters of the digest: the chance that two images of a repository share them is 1 in 280 million million. */
const SHORT_HASH_LENGTH = 12;

/** The digest of the content, the same for every commit that changes nothing in the image. */
export const hash = defineKind({
  options: { length: length.default(SHORT_HASH_LENGTH) },
  make: ({ length }) => ({ kind: 'hash', length }),
  apply: ({ length }, { contentHash }) =>
    contentHash === undefined ? NO_CONTENT_HASH : { text: contentHash.slice(0, length), isFloating: false, isContentAddressed: true },
});
