import { OciError, type Digest, type EncodedManifest } from '@nx-oci/model';

import { isChange } from '../publish/plan/plan-tag';
import { refuseTakenTags, setPlainTags, type TagToSet } from '../publish/tag/set-tags';
import { type CopyContext } from './source/copy-context';
import { type StagedCopy } from './stage-copy';

/** From here on a copy is not stopped any more. @throws OciError `ABORTED` where it was stopped before. */
export function beginTagging({ signal, passPointOfNoReturn }: CopyContext): void {
  if (signal?.aborted === true) {
    throw new OciError('ABORTED', 'All content is at its targets, but no tag has moved: the copy was stopped.', {
      hint: 'Run the copy again: nothing is uploaded twice.',
    });
  }
  passPointOfNoReturn?.();
}

/**
 * Makes referrers findable, then sets tags: versions first.
 *
 * @throws OciError `TAG_IMMUTABLE` before anything is written, where another image has a version tag by now.
 */
export async function tagCopies(copies: readonly StagedCopy[], { signal, print }: CopyContext): Promise<void> {
  const guarded = copies.filter(({ destination }) => destination.entry.guard).flatMap(tagsToSet);
  await refuseTakenTags(
    guarded.filter(({ isFloating }) => !isFloating),
    { signal },
  );
  try {
    for (const copy of copies) await linkReferrers(copy, signal);
    await setPlainTags(copies.flatMap(tagsToSet), { signal });
  } catch (error) {
    print('All content is at its targets; some tags may be set. Run the copy again to finish.');
    throw error;
  }
}

function tagsToSet({ source, destination: { repository }, tags }: StagedCopy): readonly TagToSet[] {
  const manifest = source.image.root;
  return tags.filter(isChange).map(({ tag, isFloating }) => ({ repository, manifest, tag, isFloating }));
}

/**
 * Makes what was staged beside an image findable, as far as that did not happen when it was pushed: cosign's tags are set,
 * and what was there already is on the list of what refers to its image.
 */
async function linkReferrers({ destination: { repository }, referrers }: StagedCopy, signal?: AbortSignal): Promise<void> {
  const bySubject = new Map<Digest, EncodedManifest[]>();
  for (const { referrer, outcome } of referrers) {
    const { link, image } = referrer;
    if (link.kind === 'subject') bySubject.set(link.subject, [...(bySubject.get(link.subject) ?? []), image.root]);
    else if (outcome === 'copied') await repository.tag(image.root, link.tag, { signal });
  }
  for (const [subject, referrers] of bySubject) await repository.linkReferrers({ subject, referrers }, { signal });
}
