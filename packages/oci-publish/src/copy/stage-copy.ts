import { fallbackSource, isManifestOrIndexType, type CopySummary } from '@nx-oci/model';

import { documentSource } from '../engines/image/document-source';
import { findExistingBlobs } from '../publish/plan/find-existing-blobs';
import { sendImage, type SendRequest } from '../publish/stage/send-image';
import { NOTHING_SENT } from '../publish/stage/stage-image';
import { contentsOf, type CopyPlan } from './plan-copy';
import { type SourceImage } from './source/read-image';
import { type SharedDownloads } from './source/shared-downloads';
import { stageReferrer, type StagedReferrer } from './stage-referrer';

/** A copy whose content the registry has confirmed; only tags are missing. */
export interface StagedCopy extends CopyPlan {
  readonly sent: CopySummary;
  readonly referrers: readonly StagedReferrer[];
}

export interface StagingBounds extends Pick<SendRequest, 'memory' | 'watcher' | 'signal'> {
  /** Whether nothing else is copied, so that the manifest need not be confirmed before tags are set. */
  readonly isAlone: boolean;
  /** Shared downloads of targets that are staged at the same time. */
  readonly downloads: SharedDownloads;
}

/**
 * Sends a source's content to one target, streamed from registry to registry, then the referrers of the image. Moves no
 * tag. The manifest of a single image is pushed by its tags.
 *
 * @throws OciError of the registries; `PUBLISH_INCOMPLETE` if a target does not confirm the digest.
 */
export async function stageCopy(plan: CopyPlan, bounds: StagingBounds): Promise<StagedCopy> {
  const { source, destination, hasContent, isOwnRepository } = plan;
  const { memory, signal } = bounds;
  if (hasContent) memory.locations.record(destination.repository, source.image.blobs);
  // Referrers come after their image.
  const isManifestHeldBack = hasContent || (bounds.isAlone && source.referrers.length === 0);
  const own = await send(source.image, plan, { ...bounds, isManifestHeldBack, isThere: hasContent || isOwnRepository });
  const referrers: StagedReferrer[] = [];
  // They are small and share little, so sending them one after the other spares the registry.
  for (const referrer of isOwnRepository ? [] : source.referrers) {
    const copy = (image: SourceImage) => send(image, plan, { ...bounds, isManifestHeldBack: false, isThere: false });
    referrers.push(await stageReferrer(referrer, { repository: destination.repository, copy, signal }));
  }
  return { ...plan, referrers, sent: sum([hasContent ? NOTHING_SENT : own, ...referrers.map(({ sent }) => sent)]) };
}

interface Sending extends StagingBounds, Pick<SendRequest, 'isManifestHeldBack'> {
  /** The repository has all content of the root. Nothing is sent, unless blobs got lost, which is noticed when the tag is set. */
  readonly isThere: boolean;
}

async function send(image: SourceImage, plan: CopyPlan, { downloads, isThere, ...bounds }: Sending): Promise<CopySummary> {
  const { source, destination } = plan;
  const root = image.root.descriptor;
  const contents = contentsOf(source, image);
  const here = isThere ? new Set(image.blobs.map(({ digest }) => digest)) : await findExistingBlobs(plan, contents, bounds);
  const reader = downloads.join();
  try {
    return await sendImage(
      {
        source: fallbackSource([documentSource(image.documents), reader]),
        root,
        base: contents.mountSource,
        ...(isThere && { skip: ({ digest, mediaType }) => isManifestOrIndexType(mediaType) && digest !== root.digest }),
      },
      destination,
      { ...bounds, here, arrived: ({ descriptor }) => reader.markPresent(descriptor) },
    );
  } finally {
    reader.leave();
  }
}

/** Sums up several transfers. */
function sum(summaries: readonly CopySummary[]): CopySummary {
  return summaries.reduce((total, one) => ({
    uploaded: add(total.uploaded, one.uploaded),
    mounted: add(total.mounted, one.mounted),
    present: add(total.present, one.present),
  }));
}

function add(one: CopySummary['uploaded'], other: CopySummary['uploaded']): CopySummary['uploaded'] {
  return { count: one.count + other.count, bytes: one.bytes + other.bytes };
}
