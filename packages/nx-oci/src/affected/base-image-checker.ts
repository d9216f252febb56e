import { childrenOf, isIndexType, isOciError, parseReference } from '@nx-oci/model';
import { type RegistryClient } from '@nx-oci/distribution';
import { type ImageFacts } from '@nx-oci/publish';

import { UNKNOWN_BASE } from './describe-reason';
import { type Reason, type UncheckedBase } from './plan-schema';

/** What is known of the images that a published image is made of. */
export interface CheckedBases {
  readonly moved: readonly Reason[];
  /** It is unknown whether these have moved, which differs from unchanged. */
  readonly unchecked: readonly UncheckedBase[];
}

/** Checks whether the images that published images are made of have moved since. Each is looked up once, for all images. */
export class BaseImageChecker {
  readonly #found = new Map<string, Promise<BaseNow>>();

  constructor(private readonly client: RegistryClient) {}

  /** @param images the same image in several registries, or several images of a project. */
  async check(images: readonly BaseFacts[]): Promise<CheckedBases> {
    const used = images.flatMap(basesOf);
    const unique = [...new Map(used.map((base) => [JSON.stringify(base), base])).values()];
    const checked = await Promise.all(unique.map((base) => this.#check(base)));
    return {
      moved: checked.flatMap((one) => (one !== undefined && 'kind' in one ? [one] : [])),
      unchecked: checked.flatMap((one) => (one !== undefined && !('kind' in one) ? [one] : [])),
    };
  }

  async #check({ reference, digests }: UsedBase): Promise<Reason | UncheckedBase | undefined> {
    if (reference === UNKNOWN_BASE) return { reference, why: 'only its builder knows its name' };
    const now = await this.#lookUp(reference);
    if (now === 'pinned') return undefined;
    if ('why' in now) return { reference, why: now.why };
    if (digests.length === 0) return { reference, why: 'its digest was unknown when the image was built' };
    const from = digests.find((digest) => !now.digests.includes(digest));
    return from === undefined ? undefined : { kind: 'base', reference, from, to: now.digest };
  }

  #lookUp(name: string): Promise<BaseNow> {
    const found = this.#found.get(name) ?? lookUp(this.client, name);
    this.#found.set(name, found);
    return found;
  }
}

type BaseFacts = Pick<ImageFacts, 'baseName' | 'baseDigest' | 'baseDigests' | 'otherBases'>;

interface UsedBase {
  readonly reference: string;
  /** Of each platform; none if unknown. */
  readonly digests: readonly string[];
}

function basesOf({ baseName, baseDigest, baseDigests, otherBases }: BaseFacts): readonly UsedBase[] {
  const digests = baseDigests ?? (baseDigest === undefined ? [] : [baseDigest]);
  const images = otherBases?.images ?? [];
  // Without one digest that all platforms share, the base is among the others.
  const isAmongOthers = digests.length === 0 && otherBases !== undefined;
  return [
    ...(baseName === undefined || isAmongOthers ? [] : [{ reference: baseName, digests }]),
    ...images,
    ...(otherBases?.hasUnknown === true ? [{ reference: UNKNOWN_BASE, digests: [] }] : []),
  ];
}

/** Its own digest, and those of its platforms; or why they are unknown. */
type BaseNow = { readonly digest: string; readonly digests: readonly string[] } | { readonly why: string } | 'pinned';

async function lookUp(client: RegistryClient, name: string): Promise<BaseNow> {
  try {
    const { registry, repository, tag, digest } = parseReference(name);
    if (digest !== undefined) return 'pinned';
    const manifest = await client.repository({ registry, repository }).fetchManifest(tag ?? 'latest');
    if (manifest === undefined) return { why: 'its registry does not have it any more' };
    const own = manifest.descriptor.digest;
    // An image uses one platform of an index: the base is unchanged as long as the index lists that one.
    const platforms = isIndexType(manifest.descriptor.mediaType) ? childrenOf(manifest).map((child) => child.digest) : [];
    return { digest: own, digests: [own, ...platforms] };
  } catch (error) {
    if (isOciError(error)) return { why: error.message };
    throw error;
  }
}
