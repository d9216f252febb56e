import { childrenOf, isIndexType, isOciError, parseReference } from '@nx-oci/model';
import { type RegistryClient } from '@nx-oci/distribution';
import { type ImageFacts } from '@nx-oci/publish';

import { type Reason } from './plan-schema';

/** Checks whether the base of a published image has moved since. Reads each base once. */
export class BaseImageChecker {
  readonly #found = new Map<string, Promise<BaseNow>>();

  constructor(private readonly client: RegistryClient) {}

  /** @returns `undefined` if the base is unchanged, cannot move, or is unknown */
  async movedBase({ baseName, baseDigest }: Pick<ImageFacts, 'baseName' | 'baseDigest'>): Promise<Reason | undefined> {
    if (baseName === undefined || baseDigest === undefined) return undefined;
    const now = await this.#lookUp(baseName);
    if (now === undefined || now.digests.includes(baseDigest)) return undefined;
    return { kind: 'base', reference: baseName, from: baseDigest, to: now.digest };
  }

  #lookUp(name: string): Promise<BaseNow> {
    const found = this.#found.get(name) ?? lookUp(this.client, name);
    this.#found.set(name, found);
    return found;
  }
}

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
