import { type Repository } from '@nx-oci/distribution';
import { OciError, type Digest, type EncodedManifest } from '@nx-oci/model';

import { isChange } from '../publish/plan/plan-tag';
import { refuseTakenTags, setPlainTags, type TagToSet } from '../publish/tag/set-tags';
import { type CopyContext } from './source/copy-context';
import { type StagedCopy } from './stage-copy';
import { judgeReferrer, type StagedReferrer } from './stage-referrer';

/** From here on, a copy is not stopped. @throws OciError `ABORTED` if it was stopped before */
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
 * @returns the copies, with what became of their referrers.
 * @throws OciError `TAG_IMMUTABLE` before anything is written, if a version tag points to another image by now.
 */
export async function tagCopies(copies: readonly StagedCopy[], { signal, print }: CopyContext): Promise<readonly StagedCopy[]> {
  const guarded = copies.filter(({ destination }) => destination.entry.guard).flatMap(tagsToSet);
  await refuseTakenTags(
    guarded.filter(({ isFloating }) => !isFloating),
    { signal },
  );
  try {
    const linked: StagedCopy[] = [];
    for (const copy of copies) linked.push(await linkReferrers(copy, signal));
    await setPlainTags(copies.flatMap(tagsToSet), { signal });
    return linked;
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
 * Makes staged referrers findable, if pushing them did not: sets cosign's tags, and adds existing referrers
 * to the referrers list of their image.
 */
async function linkReferrers(copy: StagedCopy, signal?: AbortSignal): Promise<StagedCopy> {
  const { repository } = copy.destination;
  const bySubject = new Map<Digest, EncodedManifest[]>();
  const referrers: StagedReferrer[] = [];
  for (const staged of copy.referrers) {
    const { link, image } = staged.referrer;
    if (link.kind === 'subject') bySubject.set(link.subject, [...(bySubject.get(link.subject) ?? []), image.root]);
    referrers.push(link.kind === 'tag' ? await setTag(staged, link.tag, { repository, signal }) : staged);
  }
  for (const [subject, roots] of bySubject) await repository.linkReferrers({ subject, referrers: roots }, { signal });
  return { ...copy, referrers };
}

/** Staging may have taken minutes: the tag is read once more, since a signature that was added meanwhile must not get lost. */
async function setTag(
  staged: StagedReferrer,
  tag: string,
  { repository, signal }: { readonly repository: Repository; readonly signal?: AbortSignal },
): Promise<StagedReferrer> {
  if (staged.outcome !== 'copied') return staged;
  const outcome = await judgeReferrer(staged.referrer, { repository, signal });
  if (outcome === 'copied') await repository.tag(staged.referrer.image.root, tag, { signal });
  return outcome === 'kept' ? { ...staged, outcome } : staged;
}
