import { parseManifestOrIndex, childrenOf, shortDigest, type CopySummary, type EncodedManifest, type TagReader } from '@nx-oci/model';

import { isFound, refuseUnknown } from '../publish/destination/unknown-tags';
import { NOTHING_SENT } from '../publish/stage/stage-image';
import { type Referrer } from './source/find-referrers';
import { type SourceImage } from './source/read-image';

/** A referrer whose content the target has. */
export interface StagedReferrer {
  readonly referrer: Referrer;
  /** `kept`: the target's tag has more signatures than the source's, and stays. */
  readonly outcome: 'copied' | 'present' | 'kept';
  readonly sent: CopySummary;
}

export interface StagingTarget {
  readonly repository: TagReader;
  readonly copy: (image: SourceImage) => Promise<CopySummary>;
  readonly signal?: AbortSignal;
}

/** Sends a signature, an SBOM or another referrer to a target. Sets no tag. */
export async function stageReferrer(referrer: Referrer, { copy, ...target }: StagingTarget): Promise<StagedReferrer> {
  const outcome = await judgeReferrer(referrer, target);
  return { referrer, outcome, sent: outcome === 'copied' ? await copy(referrer.image) : NOTHING_SENT };
}

/** What a target needs of a referrer now. */
export async function judgeReferrer(
  { image, link }: Referrer,
  { repository, signal }: Pick<StagingTarget, 'repository' | 'signal'>,
): Promise<StagedReferrer['outcome']> {
  const { digest } = image.root.descriptor;
  const present = await repository.resolve(link.kind === 'tag' ? link.tag : digest, { signal });
  if (present === 'unknown' && link.kind === 'tag') throw refuseUnknown(`the target of ${shortDigest(digest)}`, [link.tag]);
  if (!isFound(present)) return 'copied';
  if (present.digest === digest) return 'present';
  const theirs = await repository.fetchManifest(present.digest, { signal });
  return theirs !== undefined && !holdsAllOf(image.root, theirs) ? 'kept' : 'copied';
}

/** cosign adds each signature as a layer; if the source lacks one of them, the target was signed separately. */
function holdsAllOf(ours: EncodedManifest, theirs: EncodedManifest): boolean {
  const own = new Set(layersOf(ours));
  return layersOf(theirs).every((digest) => own.has(digest));
}

/** The config changes with every layer and contains nothing else. */
function layersOf({ bytes, descriptor }: EncodedManifest): readonly string[] {
  const document = parseManifestOrIndex(bytes, descriptor.mediaType);
  const config = 'config' in document ? document.config.digest : undefined;
  return childrenOf(document)
    .map(({ digest }) => digest)
    .filter((digest) => digest !== config);
}
