import { childrenOf, isIndexType, isOciError, parseReference, type Digest, type ImageReference } from '@nx-oci/model';
import { type RegistryClient } from '@nx-oci/distribution';

import { memorizeManifests, type MemorizingRepository } from '../../connection/memory/memorize-manifests';
import { UNKNOWN_BASE } from '../../engines/image/base-labels';
import { type UsedBase } from './base-facts';

/** Whether an image is still what the tag of its base points at. `unknown` is not `unchanged`: its registry may not answer. */
export type BaseState =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'moved'; readonly from: string; readonly to: Digest }
  | { readonly kind: 'unknown'; readonly why: string };

const UNCHANGED: BaseState = { kind: 'unchanged' };

/** Compares bases with what their tags point at now. Looks up each tag once. */
export class BaseTags {
  readonly #found = new Map<string, Promise<BaseNow>>();
  readonly #expected = new Map<string, FoundBase>();
  readonly #repositories = new Map<string, MemorizingRepository>();

  constructor(private readonly client: RegistryClient) {}

  /** The repository of a base, which remembers the manifests that were compared. */
  repository({ registry, repository }: Pick<ImageReference, 'registry' | 'repository'>): MemorizingRepository {
    const key = `${registry}/${repository}`;
    const opened = this.#repositories.get(key) ?? memorizeManifests(this.client.repository({ registry, repository }));
    this.#repositories.set(key, opened);
    return opened;
  }

  /** Takes the tag of a base for what a publish is about to set it to: images on it, of the same publish, are on its newest version. */
  expect({ registry, repository, tag }: Pick<ImageReference, 'registry' | 'repository'> & { readonly tag: string }, now: FoundBase): void {
    this.#expected.set(`${registry}/${repository}:${tag}`, now);
  }

  async compare({ reference, digests }: UsedBase): Promise<BaseState> {
    if (reference === UNKNOWN_BASE) return { kind: 'unknown', why: 'only its builder knows its name' };
    const now = await this.#lookUp(reference);
    if (now === 'pinned') return UNCHANGED;
    if ('why' in now) return { kind: 'unknown', why: now.why };
    if (digests.length === 0) return { kind: 'unknown', why: 'its digest was unknown when the image was built' };
    const from = digests.find((digest) => !now.digests.includes(digest));
    return from === undefined ? UNCHANGED : { kind: 'moved', from, to: now.digest };
  }

  #lookUp(name: string): Promise<BaseNow> {
    const found = this.#found.get(name) ?? this.#read(name);
    this.#found.set(name, found);
    return found;
  }

  async #read(name: string): Promise<BaseNow> {
    try {
      const { registry, repository, tag, digest } = parseReference(name);
      if (digest !== undefined) return 'pinned';
      const expected = this.#expected.get(`${registry}/${repository}:${tag ?? 'latest'}`);
      if (expected !== undefined) return expected;
      const source = this.repository({ registry, repository });
      const there = await source.resolve(tag ?? 'latest');
      if (there === 'unknown') return { why: 'its registry does not say what its tag points at' };
      const manifest = there && (await source.fetchManifest(there.digest));
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
}

/** Its own digest; and that with those of its platforms. */
interface FoundBase {
  readonly digest: Digest;
  readonly digests: readonly string[];
}

/** What its tag points at; or why that is unknown. */
type BaseNow = FoundBase | { readonly why: string } | 'pinned';
