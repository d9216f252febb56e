import { slugVersion } from '../grammar/tag-grammar';
import { defineKind } from './rule-kind';

/** Why there is no exact version. */
export const NOT_A_RELEASE = 'not a release';

/** The exact version, for releases only. */
export const version = defineKind({
  options: {},
  defaultPrefix: 'version',
  make: () => ({ kind: 'version' }),
  apply: (_source, { version: { release, notReleased = NOT_A_RELEASE } }) =>
    release === undefined ? notReleased : { text: slugVersion(release), isFloating: false },
});
