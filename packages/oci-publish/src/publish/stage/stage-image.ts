import { childrenOf, isIndexType, OciError, shortDigest, type CopySummary, type Digest, type EncodedManifest } from '@nx-oci/model';

import { type RegistryMemory } from '../../connection/memory/registry-memory';
import { attemptDestinations, type DestinationFailure } from '../destination/attempt-destinations';
import { describeDestination, type Destination } from '../destination/destination';
import { findExistingBlobs } from '../plan/find-existing-blobs';
import { noticeFirstVersion } from '../plan/first-version';
import { hasWork, type DestinationPlan, type ImagePlan } from '../plan/plan-image';
import { sendImage, type SendRequest } from './send-image';
import { type TransferWatcher } from '../../report/progress/transfer-watcher';

/** A destination that has the image, including its manifest unless that is pushed by its tags. */
export interface StagedDestination {
  readonly plan: DestinationPlan;
  readonly manifest: EncodedManifest;
  readonly sent: CopySummary;
  /** Manual steps, if the image is the first one there. */
  readonly notice?: string;
}

export interface StagedImage {
  readonly plan: ImagePlan;
  readonly destinations: readonly StagedDestination[];
  /** Registries that failed so far, and do not get the image. */
  readonly failures: readonly DestinationFailure[];
}

export const NOTHING_SENT: CopySummary = {
  uploaded: { count: 0, bytes: 0 },
  mounted: { count: 0, bytes: 0 },
  present: { count: 0, bytes: 0 },
};

export interface StageOptions {
  /** Whether this is the run's only image. */
  readonly isAlone: boolean;
  readonly memory: RegistryMemory;
  readonly watcher?: TransferWatcher;
  readonly signal?: AbortSignal;
}

/**
 * Sends an image's content to every destination where a tag is to be set.
 *
 * Afterwards only tags are missing: no floating tag has moved. If there are several images or destinations,
 * manifests are pushed by digest first, which each registry confirms, so that tags move for all or none. With one image
 * and one destination, the manifest is pushed by its tags.
 */
export async function stageImage(plan: ImagePlan, { isAlone, ...rest }: StageOptions): Promise<StagedImage> {
  const busy = plan.destinations.filter(hasWork);
  const isManifestHeldBack = isAlone && busy.length === 1;
  const stage = async (one: DestinationPlan): Promise<StagedDestination> => {
    const notice = await noticeNewPackage(plan, one, rest.signal);
    return { ...(await stageDestination(plan, one, { ...rest, isManifestHeldBack })), notice };
  };
  const { values: destinations, failures } = await attemptDestinations(busy, ({ destination }) => destination, stage);
  if (failures[0] !== undefined && failures.length === plan.destinations.length) throw failures[0].error;
  return { plan, destinations, failures: [...plan.failures, ...failures] };
}

/** Must be called before anything is sent, because afterwards the package exists. */
function noticeNewPackage(
  { prepared }: ImagePlan,
  { destination: { repository }, tags }: DestinationPlan,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const { source } = prepared.image.facts;
  const hasTags = tags.some(({ from }) => from !== undefined);
  return noticeFirstVersion({ host: repository.registry, repository: repository.repository, hasTags, source, signal }, repository);
}

type Bounds = Omit<SendRequest, 'here'>;

async function stageDestination(image: ImagePlan, plan: DestinationPlan, bounds: Bounds): Promise<StagedDestination> {
  const { destination, hasContent } = plan;
  const { adoptedFrom, digest, prepared } = image;
  const { contents, stamped, mountSource: base } = prepared.image;
  if (digest === undefined || stamped === undefined) throw new Error('a plan was carried out');
  const isOurs = digest === stamped.manifest.descriptor.digest;
  const sendOurs = async (request: SendRequest) =>
    sendImage({ source: stamped.source, root: stamped.manifest.descriptor, base }, destination, request);
  if (hasContent && !isOurs) return { plan, manifest: await readManifest(destination, digest, bounds.signal), sent: NOTHING_SENT };
  if (hasContent) {
    // A tag already points to it, so nothing is sent, unless blobs got lost, which is noticed when a tag is set.
    await sendOurs({ ...bounds, here: new Set(contents.map((content) => content.digest)), isManifestHeldBack: true });
    return { plan, manifest: stamped.manifest, sent: NOTHING_SENT };
  }
  const request = { ...bounds, here: await findExistingBlobs(plan, prepared.image, bounds) };
  if (adoptedFrom === undefined) return { plan, manifest: stamped.manifest, sent: await sendOurs(request) };
  const manifest = await readManifest(adoptedFrom, digest, bounds.signal);
  return { plan, manifest, sent: await sendImage({ source: adoptedFrom.repository, root: manifest.descriptor }, destination, request) };
}

async function readManifest(destination: Destination, digest: Digest, signal?: AbortSignal): Promise<EncodedManifest> {
  const manifest = await destination.repository.fetchManifest(digest, { signal });
  if (manifest !== undefined) return manifest;
  throw notConfirmed(destination, digest);
}

function notConfirmed(destination: Destination, digest: Digest): OciError {
  return new OciError(
    'PUBLISH_INCOMPLETE',
    `${describeDestination(destination)} accepted the image, but no longer has ${shortDigest(digest)}.`,
    {
      hint: 'No tag was moved. Run the publish again; if the error remains, check the storage and the clean-up rules of the registry.',
    },
  );
}

/** Records for later runs what the destinations of an image contain now. */
export function rememberImages({ plan, destinations }: StagedImage, memory: RegistryMemory): void {
  const { digest, contents } = plan.prepared.image;
  for (const { hasContent, destination } of plan.destinations) {
    if (!hasContent || digest === undefined || plan.digest !== digest) continue;
    const { registry, repository } = destination.repository;
    memory.record(registry, { repository, manifest: digest, blobs: contents.map((content) => content.digest) });
  }
  for (const { plan: staged, manifest } of destinations) {
    const isOurs = manifest.descriptor.digest === digest;
    // The blobs of an adopted index are not known here.
    if (isIndexType(manifest.descriptor.mediaType) && !isOurs) continue;
    const { registry, repository } = staged.destination.repository;
    const blobs = (isOurs ? contents : childrenOf(manifest)).map((content) => content.digest);
    memory.record(registry, { repository, manifest: manifest.descriptor.digest, blobs });
  }
}
