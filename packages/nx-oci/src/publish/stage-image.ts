import { copyImage, OciError, shortDigest, type CopySummary, type Digest, type EncodedManifest } from '@nx-oci/model';

import { describeDestination, type Destination } from './destination';
import { hasWork, type DestinationPlan, type ImagePlan } from './plan-image';

/** A destination whose registry confirmed that it holds the image. */
export interface StagedDestination {
  readonly plan: DestinationPlan;
  readonly manifest: EncodedManifest;
  /** Absent where an engine sent it: it does not say. */
  readonly sent?: CopySummary;
  /** A tag that is set already: the one that an engine pushed by. */
  readonly taggedAs?: string;
}

export interface StagedImage {
  readonly plan: ImagePlan;
  /** One digest for all registries; `undefined` where every tag is held and only an engine knows it. */
  readonly digest: Digest | undefined;
  readonly destinations: readonly StagedDestination[];
}

export const NOTHING_SENT: CopySummary = {
  uploaded: { count: 0, bytes: 0 },
  mounted: { count: 0, bytes: 0 },
  present: { count: 0, bytes: 0 },
};

/**
 * Brings an image's content to every destination where a tag is to be set, and has each registry confirm the digest.
 *
 * After this only pointers are missing: no floating tag has moved.
 */
export async function stageImage(plan: ImagePlan, signal?: AbortSignal): Promise<StagedImage> {
  const destinations = await Promise.all(
    plan.destinations.filter(hasWork).map((destination) => stageDestination(plan, destination, signal)),
  );
  const digests = new Set(destinations.map(({ manifest }) => manifest.descriptor.digest));
  if (digests.size > 1) throw digestsDiffer(plan, destinations);
  const [digest = plan.digest] = digests;
  return { plan, digest, destinations };
}

async function stageDestination(image: ImagePlan, plan: DestinationPlan, signal?: AbortSignal): Promise<StagedDestination> {
  const { destination } = plan;
  if (plan.hasContent && image.digest !== undefined) {
    return { plan, manifest: await readManifest(destination, image.digest, signal), sent: NOTHING_SENT };
  }
  const staged = await bringContent(image, plan, signal);
  await confirm(destination, staged.manifest.descriptor.digest, signal);
  return staged;
}

async function bringContent(image: ImagePlan, plan: DestinationPlan, signal?: AbortSignal): Promise<StagedDestination> {
  const { destination } = plan;
  if (image.adoptedFrom !== undefined && image.digest !== undefined) {
    const source = image.adoptedFrom;
    const manifest = await readManifest(source, image.digest, signal);
    return { plan, manifest, sent: await copyImage(source.repository, destination.repository, manifest.descriptor, { signal }) };
  }
  return { plan, ...(await image.prepared.image.stage(destination, stagingTag(image), signal)) };
}

/**
 * The tag that an engine pushes by: an immutable one that is wanted anyway, else one that names the build, which
 * nothing else can ever mean.
 */
function stagingTag({ prepared }: ImagePlan): string {
  const immutable = prepared.tags.tags.find(({ isFloating }) => !isFloating);
  return immutable?.tag ?? prepared.image.stagingTag;
}

async function readManifest(destination: Destination, digest: Digest, signal?: AbortSignal): Promise<EncodedManifest> {
  const manifest = await destination.repository.fetchManifest(digest, { signal });
  if (manifest !== undefined) return manifest;
  throw notConfirmed(destination, digest);
}

async function confirm(destination: Destination, digest: Digest, signal?: AbortSignal): Promise<void> {
  const found = await destination.repository.resolve(digest, { signal });
  if (found?.digest !== digest) throw notConfirmed(destination, digest);
}

function notConfirmed(destination: Destination, digest: Digest): OciError {
  return new OciError(
    'PUBLISH_INCOMPLETE',
    `${describeDestination(destination)} took the image, but does not have ${shortDigest(digest)} now.`,
    {
      hint: 'No tag was moved. Run the publish again; if it stays so, look at the storage or the clean-up rules of the registry.',
    },
  );
}

function digestsDiffer({ prepared }: ImagePlan, destinations: readonly StagedDestination[]): OciError {
  const list = destinations.map(
    ({ plan, manifest }) => `${describeDestination(plan.destination)} has ${shortDigest(manifest.descriptor.digest)}`,
  );
  return new OciError('PUBLISH_INCOMPLETE', `The registries hold different images of ${prepared.task.project}: ${list.join(', ')}.`, {
    hint: 'No floating tag was moved. Run the publish again: the first registry’s image is then taken for all.',
  });
}
