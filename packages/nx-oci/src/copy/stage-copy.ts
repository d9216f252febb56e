import { copyImage, firstOf, type ContentSource, type CopySummary } from '@nx-oci/model';

import { documentSource } from '../publish/document-source';
import { addUp } from './add-up';
import { type CopyPlan, type PlannedTarget } from './plan-copy';
import { type ReadSource } from './read-source';
import { type SourceImage } from './read-image';
import { stageAttachment, type StagedAttachment } from './stage-attachment';

/** A target whose registry confirmed that it holds the image; only names are missing. */
export interface StagedTarget {
  readonly plan: PlannedTarget;
  readonly sent: CopySummary;
  readonly attachments: readonly StagedAttachment[];
}

/**
 * Brings a source's content to one target, streamed from registry to registry. What belongs to the image follows it. No
 * tag moves.
 *
 * @throws OciError of the registries; `PUBLISH_INCOMPLETE` where a target does not confirm the digest of what it took.
 */
export async function stageCopy({ source }: CopyPlan, plan: PlannedTarget, signal?: AbortSignal): Promise<StagedTarget> {
  const copy = (image: SourceImage) => copyTo(plan, { source, image, signal });
  const own = plan.hasContent ? addUp([]) : await copy(source.image);
  const attachments: StagedAttachment[] = [];
  // They are small and share little: one after the other is gentle to the registry.
  for (const attachment of plan.isOwnRepository ? [] : source.attachments) {
    attachments.push(await stageAttachment(attachment, { repository: plan.destination.repository, copy, signal }));
  }
  return { plan, attachments, sent: addUp([own, ...attachments.map(({ sent }) => sent)]) };
}

interface Movement {
  readonly source: ReadSource;
  readonly image: SourceImage;
  readonly signal?: AbortSignal;
}

function copyTo({ destination, isOwnRepository }: PlannedTarget, { source, image, signal }: Movement): Promise<CopySummary> {
  const { registry, repository } = source.repository;
  const from: ContentSource = firstOf([documentSource(image.documents), source.repository]);
  const root = image.root.descriptor;
  return copyImage(from, destination.repository, root, {
    signal,
    ...(isOwnRepository && { skip: ({ digest }) => digest !== root.digest }),
    ...(registry === destination.repository.registry && { mountFrom: () => ({ registry, repository }) }),
  });
}
