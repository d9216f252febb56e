import { copyImage, fallbackSource, type CopySummary, type Digest } from '@nx-oci/model';

import { type BlobPlaces } from '../connection/memory/blob-places';
import { deferManifest } from '../publish/stage/defer-manifest';
import { documentSource } from '../engines/image/document-source';
import { BLOBS_AT_ONCE } from '../publish/stage/send-image';
import { sumSummaries } from './sum-summaries';
import { type CopyPlan, type PlannedTarget } from './plan-copy';
import { type ReadSource } from './source/read-source';
import { type SharedDownloads } from './source/shared-downloads';
import { type SourceImage } from './source/read-image';
import { stageReferrer, type StagedReferrer } from './stage-referrer';

/** A target whose registry confirmed that it holds the image; only names are missing. */
export interface StagedTarget {
  readonly plan: PlannedTarget;
  readonly sent: CopySummary;
  readonly referrers: readonly StagedReferrer[];
}

export interface StagingOptions {
  /** Whether nothing else is copied, so that no other image has to wait until this one's manifest is confirmed. */
  readonly isAlone: boolean;
  /** What this run knows of blobs at the targets' hosts; learns of those that arrive. */
  readonly places: BlobPlaces;
  /** How targets that are staged at the same time read the source together. */
  readonly downloads: SharedDownloads;
  readonly signal?: AbortSignal;
}

/**
 * Brings a source's content to one target, streamed from registry to registry. What belongs to the image follows it. No
 * tag moves. A manifest that is alone is left to the request that puts it by its tags.
 *
 * @throws OciError of the registries; `PUBLISH_INCOMPLETE` where a target does not confirm the digest of what it took.
 */
export async function stageCopy({ source }: CopyPlan, plan: PlannedTarget, options: StagingOptions): Promise<StagedTarget> {
  const copy = (image: SourceImage, heldBack?: Digest) => copyTo(plan, { ...options, source, image, heldBack });
  // What refers to an image comes after it.
  const isHeldBack = options.isAlone && source.referrers.length === 0;
  if (plan.hasContent) options.places.note(plan.destination.repository, source.image.blobs);
  const own = plan.hasContent ? sumSummaries([]) : await copy(source.image, isHeldBack ? source.image.root.descriptor.digest : undefined);
  const referrers: StagedReferrer[] = [];
  // They are small and share little: one after the other is gentle to the registry.
  for (const referrer of plan.isOwnRepository ? [] : source.referrers) {
    referrers.push(await stageReferrer(referrer, { repository: plan.destination.repository, copy, signal: options.signal }));
  }
  return { plan, referrers, sent: sumSummaries([own, ...referrers.map(({ sent }) => sent)]) };
}

interface Movement extends StagingOptions {
  readonly source: ReadSource;
  readonly image: SourceImage;
  /** The manifest that its tags bring. */
  readonly heldBack: Digest | undefined;
}

async function copyTo({ destination, isOwnRepository }: PlannedTarget, movement: Movement): Promise<CopySummary> {
  const { source, image, heldBack, places, downloads, signal } = movement;
  const { registry, repository } = source.repository;
  if (registry === destination.repository.registry) places.note({ registry, repository }, image.blobs);
  const reader = downloads.join();
  const root = image.root.descriptor;
  // If no other repository is known to have a blob, the request that opens the upload also asks the repository itself.
  const own = { registry: destination.repository.registry, repository: destination.repository.repository };
  try {
    return await copyImage(
      fallbackSource([documentSource(image.documents), reader]),
      deferManifest(destination.repository, heldBack),
      root,
      {
        signal,
        concurrency: BLOBS_AT_ONCE,
        ...(isOwnRepository && { skip: ({ digest }) => digest !== root.digest }),
        mountFrom: ({ digest }) => ({ ...own, repository: places.find(own.registry, digest) ?? own.repository }),
        onContent: ({ descriptor }) => {
          places.note(own, [descriptor]);
          reader.settle(descriptor);
        },
      },
    );
  } finally {
    reader.leave();
  }
}
