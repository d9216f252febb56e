import { parseManifestOrIndex, childrenOf, shortDigest, type CopySummary, type EncodedManifest, type TagReader } from '@nx-oci/model';

import { isFound, refuseUnknown } from '../publish/destination/unknown-tags';
import { NOTHING_SENT } from '../publish/stage/stage-image';
import { type Referrer } from './source/find-referrers';
import { type SourceImage } from './source/read-image';

/** A referrer whose content is at the target. */
export interface StagedReferrer {
  readonly referrer: Referrer;
  /** `kept`: the target's tag holds more than the source's, and stays as it is. */
  readonly outcome: 'copied' | 'present' | 'kept';
  readonly sent: CopySummary;
}

export interface StagingTarget {
  readonly repository: TagReader;
  readonly copy: (image: SourceImage) => Promise<CopySummary>;
  readonly signal?: AbortSignal;
}

/** Sends a signature, an SBOM or another referrer to a target. Sets no tag. */
export async function stageReferrer(referrer: Referrer, { repository, copy, signal }: StagingTarget): Promise<StagedReferrer> {
  const { image, link } = referrer;
  const { digest } = image.root.descriptor;
  const present = await repository.resolve(link.kind === 'tag' ? link.tag : digest, { signal });
  if (present === 'unknown' && link.kind === 'tag') throw refuseUnknown(`the target of ${shortDigest(digest)}`, [link.tag]);
  if (!isFound(present)) return { referrer, outcome: 'copied', sent: await copy(image) };
  if (present.digest === digest) return { referrer, outcome: 'present', sent: NOTHING_SENT };
  const theirs = await repository.fetchManifest(present.digest, { signal });
  if (theirs !== undefined && !holdsAllOf(image.root, theirs)) return { referrer, outcome: 'kept', sent: NOTHING_SENT };
  return { referrer, outcome: 'copied', sent: await copy(image) };
}

/** cosign adds each signature as a layer: with one that the source lacks, the target was signed on its own. */
function holdsAllOf(ours: EncodedManifest, theirs: EncodedManifest): boolean {
  const own = new Set(layersOf(ours));
  return layersOf(theirs).every((digest) => own.has(digest));
}

/** The config changes with every layer and says nothing of its own. */
function layersOf({ bytes, descriptor }: EncodedManifest): readonly string[] {
  const document = parseManifestOrIndex(bytes, descriptor.mediaType);
  const config = 'config' in document ? document.config.digest : undefined;
  return childrenOf(document)
    .map(({ digest }) => digest)
    .filter((digest) => digest !== config);
}
