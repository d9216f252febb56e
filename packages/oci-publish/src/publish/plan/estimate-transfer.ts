import { childrenOf, type Amount, type Descriptor } from '@nx-oci/model';

import { type RegistryMemory } from '../../connection/memory/registry-memory';
import { findExistingBlobs } from './find-existing-blobs';
import { hasWork, type DestinationPlan, type ImagePlan } from './plan-image';
import { findMountSource } from '../image/mount-source';

/** What bringing an image to one destination would take. */
export interface Transfer {
  readonly toSend: Amount;
  /** Blobs that the registry has elsewhere, as far as we know. */
  readonly toMount: Amount;
  readonly present: Amount;
  /** Whether some of it is concluded, and not what the registry said of the very blob. */
  readonly isEstimate: boolean;
}

const NOTHING: Amount = { count: 0, bytes: 0 };
const NO_TRANSFER: Transfer = { toSend: NOTHING, toMount: NOTHING, present: NOTHING, isEstimate: false };

/**
 * Estimates for a plan what would be uploaded. Read-only: one HEAD for each blob of unknown state.
 *
 * One estimator for all images of a run: what one of them brings to a host, the next one mounts.
 */
export class TransferEstimator {
  /** Host and digest of each blob that is on some host once the images estimated so far are there. */
  readonly #promised = new Set<string>();

  constructor(private readonly bounds: { readonly memory: RegistryMemory; readonly signal?: AbortSignal }) {}

  /** @returns `undefined` if only the engine knows what an image is made of. */
  async estimate(plan: ImagePlan, destination: DestinationPlan): Promise<Transfer | undefined> {
    if (!hasWork(destination) || (destination.hasContent && plan.digest !== undefined)) return NO_TRANSFER;
    const blobs = await this.#findBlobs(plan);
    if (blobs === undefined) return undefined;
    const here = await findExistingBlobs(destination, plan.prepared.image, this.bounds);
    const ways = await Promise.all(
      blobs.contents.map(async (blob) => [blob, here.has(blob.digest) ? 'present' : await this.#findWay(plan, destination, blob)] as const),
    );
    const amountOf = (wanted: Way) => add(ways.filter(([, way]) => way === wanted).map(([{ size }]) => size));
    const sent = amountOf('toSend');
    return {
      toSend: { count: sent.count + 1, bytes: sent.bytes + blobs.manifestBytes },
      toMount: amountOf('toMount'),
      present: amountOf('present'),
      isEstimate: here.size > 0 || ways.some(([, way]) => way === 'toMount'),
    };
  }

  async #findBlobs({ prepared, digest, adoptedFrom }: ImagePlan): Promise<Blobs | undefined> {
    const { contents, sizeBytes } = prepared.image;
    if (adoptedFrom === undefined || digest === undefined || digest === prepared.image.digest) {
      return sizeBytes === undefined ? undefined : { contents, manifestBytes: sizeBytes - add(contents.map(({ size }) => size)).bytes };
    }
    const manifest = await adoptedFrom.repository.fetchManifest(digest, { signal: this.bounds.signal });
    return manifest === undefined ? undefined : { contents: childrenOf(manifest), manifestBytes: manifest.descriptor.size };
  }

  async #findWay({ prepared }: ImagePlan, { destination: { repository } }: DestinationPlan, blob: Descriptor): Promise<Way> {
    const key = `${repository.registry} ${blob.digest}`;
    if (this.#promised.has(key)) return 'toMount';
    this.#promised.add(key);
    const { memory, signal } = this.bounds;
    if (findMountSource(repository, blob.digest, { base: prepared.image.mountSource, memory }) !== repository.repository) return 'toMount';
    return (await repository.has(blob, { signal })) ? 'present' : 'toSend';
  }
}

interface Blobs {
  readonly contents: readonly Descriptor[];
  readonly manifestBytes: number;
}

type Way = 'toSend' | 'toMount' | 'present';

function add(sizes: readonly number[]): Amount {
  return { count: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}
