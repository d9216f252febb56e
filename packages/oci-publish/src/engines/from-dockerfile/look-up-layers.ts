import { loadBase } from '@nx-oci/layout';
import { formatPlatform, formatReference, isOciError, parseManifest, parsePlatform, parseReference, type Digest } from '@nx-oci/model';

import type { OpenRepository } from '../base/load-base';
import { readBaseReference } from '../dockerfile/read-dockerfile';
import type { DockerfileOptions } from '../options/dockerfile-options';
import { DEFAULT_PLATFORM } from '../options/platform-paths';

type BaseOptions = Pick<DockerfileOptions, 'stage' | 'buildArgs' | 'platform' | 'platforms'>;

/** Looks up the layers of base images in their registries, each once for all builds of a run. */
export class LayerLookups {
  readonly #found = new Map<string, Promise<readonly Digest[]>>();

  constructor(
    private readonly openRepository: OpenRepository,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * @returns the layers of the base of a Dockerfile, of all its platforms; none if they are not known. A builder may use another
   *   version of it, so this only tells what can be left out if it turns up.
   */
  async find(dockerfile: string, options: BaseOptions): Promise<readonly Digest[]> {
    const written = readBaseReference(dockerfile, options);
    if (written === undefined) return [];
    const { platform = formatPlatform(DEFAULT_PLATFORM), platforms = [platform] } = options;
    const layers = await Promise.all(platforms.map((one) => this.#layersOf(written, one)));
    return [...new Set(layers.flat())];
  }

  #layersOf(written: string, platform: string): Promise<readonly Digest[]> {
    const key = `${written} ${platform}`;
    const found = this.#found.get(key) ?? this.#lookUp(written, platform);
    this.#found.set(key, found);
    return found;
  }

  async #lookUp(written: string, platform: string): Promise<readonly Digest[]> {
    try {
      const reference = parseReference(written);
      const source = await this.openRepository(reference);
      const name = formatReference(reference);
      const tag = reference.digest ?? reference.tag ?? 'latest';
      const { manifest } = await loadBase(source, tag, parsePlatform(platform), { name, signal: this.signal });
      return parseManifest(manifest.bytes, manifest.descriptor.mediaType).layers.map(({ digest }) => digest);
    } catch (error) {
      // Then the builder sends them, too; a build that needs the base says what is wrong with it.
      if (isOciError(error)) return [];
      throw error;
    }
  }
}
