import { formatReference, isOciError, type Digest, type ImageReference } from '@nx-oci/model';

import type { OpenRepository } from '../base/load-base';

/** Looks up the digests of tags in their registries, each once for all builds of a run. */
export class ImageLookups {
  readonly #found = new Map<string, Promise<Digest | undefined>>();

  constructor(
    private readonly openRepository: OpenRepository,
    private readonly signal: AbortSignal,
  ) {}

  /** @returns `undefined` if the registry does not tell. */
  find(reference: ImageReference): Promise<Digest | undefined> {
    const key = formatReference(reference);
    const found = this.#found.get(key) ?? this.#lookUp(reference);
    this.#found.set(key, found);
    // If the build fails, nothing waits for it.
    found.catch(() => undefined);
    return found;
  }

  async #lookUp(reference: ImageReference): Promise<Digest | undefined> {
    try {
      const source = await this.openRepository(reference);
      const there = await source.resolve(reference.tag ?? 'latest', { signal: this.signal });
      return there === 'unknown' ? undefined : there?.digest;
    } catch (error) {
      // The plan reports that it cannot compare this image; a build without a network still works.
      if (isOciError(error)) return undefined;
      throw error;
    }
  }
}
