import { digestOf, MEDIA_TYPES, type Descriptor } from '@nx-oci/model';

import { planTag, type TagClues } from './plan-tag';

const OURS = digestOf('ours');
const THEIRS = digestOf('theirs');
const at = (digest = THEIRS): Descriptor => ({ mediaType: MEDIA_TYPES.ociManifest, digest, size: 4 });
const plan = (clues: Partial<TagClues>, isFloating = true) =>
  planTag({
    wanted: { tag: 'latest', rule: 'latest', isFloating, scope: 'latest' },
    present: undefined,
    digest: OURS,
    holdBack: undefined,
    ...clues,
  }).action;

describe('planTag', () => {
  it('creates a missing tag', () => expect(plan({})).toBe('create'));
  it('keeps a tag that is up to date', () => expect(plan({ present: at(OURS) })).toBe('upToDate'));
  it('keeps a tag that is up to date even if it would be held', () =>
    expect(plan({ present: at(OURS), holdBack: 'branch x' })).toBe('upToDate'));
  it('moves a floating tag', () => expect(plan({ present: at() })).toBe('move'));
  it('never moves an immutable one', () => expect(plan({ present: at() }, false)).toBe('refused'));
  it('holds a guarded tag, even a missing one', () => expect(plan({ holdBack: 'branch x' })).toBe('held'));
  it('holds if the current image is newer', () =>
    expect(plan({ present: at(), decision: { kind: 'hold', reason: '2.0.1 is newer' } })).toBe('held'));
  it('moves if only the engine knows the digest', () => expect(plan({ present: at(), digest: undefined })).toBe('move'));
});
