import { childrenOf, isIndexType, isOciError, parseReference } from '@nx-oci/model';
import { type RegistryClient } from '@nx-oci/distribution';
import { type ImageFacts } from '@nx-oci/publish';

import { type Reason } from './plan-schema';

/** Checks whether the base of a published image has moved since. Reads each base once. */
export class BaseImageChecker {
  readonly #found = new Map<string, Promise<BaseNow>>();

  constructor(private readonly client: RegistryClient) {}

  /** @returns `undefined` if the base is unchanged, cannot move, or is unknown */
  async movedBase({ baseName, baseDigest, baseDigests }: BaseFacts): Promise<Reason | undefined> {
    const used = baseDigests ?? (baseDigest === undefined ? [] : [baseDigest]);
    if (baseName === undefined || used.length === 0) return undefined;
    const now = await this.#lookUp(baseName);
    const from = now && used.find((digest) => !now.digests.includes(digest));
    return from === undefined ? undefined : { kind: 'base', reference: baseName, from, to: now?.digest ?? from };
  }

  #lookUp(name: string): Promise<BaseNow> {
    const found = this.#found.get(name) ?? lookUp(this.client, name);
    this.#found.set(name, found);
    return found;
  }
}

/** What an image says of its base; an index says it for each platform. */
type BaseFacts = Pick<ImageFacts, 'baseName' | 'baseDigest' | 'baseDigests'>;

/** Its own digest, and those of its platforms. */
type BaseNow = { readonly digest: string; readonly digests: readonly string[] } | undefined;

/** A missing or unreadable base is no reason to rebuild: the build would report it. */
async function lookUp(client: RegistryClient, name: string): Promise<BaseNow> {
  try {
    const { registry, repository, tag, digest } = parseReference(name);
    if (digest !== undefined) return undefined;
    const manifest = await client.repository({ registry, repository }).fetchManifest(tag ?? 'latest');
    if (manifest === undefined) return undefined;
    const own = manifest.descriptor.digest;
    // An image uses one platform of an index: the base is unchanged as long as the index lists that one.
    const platforms = isIndexType(manifest.descriptor.mediaType) ? childrenOf(manifest).map((child) => child.digest) : [];
    return { digest: own, digests: [own, ...platforms] };
  } catch (error) {
    if (isOciError(error)) return undefined;
    throw error;
  }
}
