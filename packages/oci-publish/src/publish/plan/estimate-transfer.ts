import { type Amount, type Descriptor } from '@nx-oci/model';

import { type RegistryMemory } from '../../connection/memory/registry-memory';
import { formatBytes } from '../../text/format-bytes';
import { style } from '../../text/style';
import { describeDestination } from '../destination/destination';
import { findMountSource } from '../image/mount-source';
import { type MountableContents } from '../image/open-destination';
import { findExistingBlobs } from './find-existing-blobs';
import { type DestinationPlan } from './plan-destination';
import { isChange } from './plan-tag';

/** The content for a destination: blobs, some of which it may have, and manifests. */
export interface SentContent extends MountableContents {
  readonly manifests: Amount;
}

type PlannedTags = Pick<DestinationPlan, 'destination' | 'tags'>;

/** What sending an image to one destination would transfer. */
export interface Transfer {
  readonly toSend: Amount;
  /** Blobs that other repositories of the registry have, as far as known. */
  readonly toMount: Amount;
  readonly present: Amount;
  /** Whether some of it is inferred, not confirmed by the registry for each blob. */
  readonly isEstimate: boolean;
}

const NOTHING: Amount = { count: 0, bytes: 0 };
/** For a destination that has everything, or gets no tag. */
export const NO_TRANSFER: Transfer = { toSend: NOTHING, toMount: NOTHING, present: NOTHING, isEstimate: false };

/**
 * Estimates for a plan what would be uploaded. Read-only: one HEAD for each blob of unknown state.
 *
 * One estimator for all images of a run: blobs that one of them sends to a host, the next one mounts.
 */
export class TransferEstimator {
  /** Host and digest of each blob that a host will have after the images estimated so far. */
  readonly #promised = new Set<string>();

  constructor(private readonly bounds: { readonly memory: RegistryMemory; readonly signal?: AbortSignal }) {}

  async estimate(content: SentContent, destination: PlannedTags): Promise<Transfer> {
    const here = await findExistingBlobs(destination, content, this.bounds);
    const ways = await Promise.all(
      content.contents.map(
        async (blob) => [blob, here.has(blob.digest) ? 'present' : await this.#findWay(content, destination, blob)] as const,
      ),
    );
    const amountOf = (wanted: Way) => sumSizes(ways.filter(([, way]) => way === wanted).map(([{ size }]) => size));
    const blobs = amountOf('toSend');
    return {
      toSend: { count: blobs.count + content.manifests.count, bytes: blobs.bytes + content.manifests.bytes },
      toMount: amountOf('toMount'),
      present: amountOf('present'),
      isEstimate: here.size > 0 || ways.some(([, way]) => way === 'toMount'),
    };
  }

  async #findWay({ mountSource: base }: SentContent, { destination: { repository } }: PlannedTags, blob: Descriptor): Promise<Way> {
    const key = `${repository.registry} ${blob.digest}`;
    if (this.#promised.has(key)) return 'toMount';
    this.#promised.add(key);
    const { memory, signal } = this.bounds;
    if (findMountSource(repository, blob.digest, { base, memory }) !== repository.repository) return 'toMount';
    return (await repository.has(blob, { signal })) ? 'present' : 'toSend';
  }
}

type Way = 'toSend' | 'toMount' | 'present';

export function sumSizes(sizes: readonly number[]): Amount {
  return { count: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/** What sending an image to a destination would transfer, in one line. */
export function describeTransfer({ destination, tags }: PlannedTags, { toSend, toMount, present, isEstimate }: Transfer): string {
  const pieces = [
    ...(toSend.count === 0 ? [] : [`${formatBytes(toSend.bytes)} to send (${toSend.count} blobs and manifests)`]),
    ...(toMount.count === 0 ? [] : [`${formatBytes(toMount.bytes)} to mount (${toMount.count})`]),
    ...(present.count === 0 ? [] : [`${formatBytes(present.bytes)} there (${present.count})`]),
  ];
  const name = describeDestination(destination);
  if (pieces.length > 0) return style.dim(`  ${name}: ${pieces.join(', ')}${isEstimate ? ', estimated' : ''}`);
  return style.dim(`  ${name}: ${tags.some(isChange) ? 'nothing to send, tags only' : 'nothing to do'}`);
}
