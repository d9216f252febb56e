import {
  artifactTypeOf,
  childrenOf,
  formatPlatform,
  isImageIndex,
  MEDIA_TYPES,
  type Descriptor,
  type Digest,
  type ImageIndex,
  type ImageManifest,
} from '@nx-oci/model';

import type { RegistryStorage } from '../../storage/storage';
import { describeArtifactType } from './artifact-types';
import { readDocument } from './read-document';

/** A manifest or index in one line. */
export interface Description {
  readonly kind: 'image' | 'index' | 'artifact' | 'unknown';
  /** `3 layers`, `2 platforms`, `Signature`; a media type if nothing else is known. */
  readonly summary: string;
  /** Bytes of a pull, config included: of an index, for `mainPlatform`. `undefined` if unknown. */
  readonly sizeBytes: number | undefined;
  /** Of an index that names only some; the platforms of a single image are in its config. */
  readonly platforms: readonly string[];
}

// A kilobyte each, at most.
const MAX_KEPT = 5000;
/** More characters of platforms are only counted. */
const MAX_PLATFORM_TEXT = 500;

/** Descriptions by digest: content never changes, so each is read once while it is in use. */
export class Descriptions {
  readonly #kept = new Map<Digest, Promise<Description>>();

  constructor(private readonly storage: RegistryStorage) {}

  of(digest: Digest): Promise<Description> {
    const description = this.#kept.get(digest) ?? this.#describe(digest);
    // In order of use: the least recently used is dropped first.
    this.#kept.delete(digest);
    this.#kept.set(digest, description);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return description;
  }

  async #describe(digest: Digest): Promise<Description> {
    try {
      const document = await readDocument(this.storage, { digest });
      if (document === undefined) {
        // It may only be missing now.
        this.#kept.delete(digest);
        return { kind: 'unknown', summary: 'not readable', sizeBytes: undefined, platforms: [] };
      }
      return isImageIndex(document) ? await this.#describeIndex(document) : describeManifest(document);
    } catch (error) {
      this.#kept.delete(digest);
      throw error;
    }
  }

  async #describeIndex(index: ImageIndex): Promise<Description> {
    const platforms = listPlatforms(index).map(({ name }) => name);
    const main = mainPlatform(index);
    const document = main && (await readDocument(this.storage, main));
    const sizeBytes = document && !isImageIndex(document) ? sizeOfImage(document) : undefined;
    const count = platforms.length || index.manifests.length;
    const noun = platforms.length > 0 ? 'platform' : 'entry';
    return {
      kind: 'index',
      summary: count === 1 ? `1 ${noun}` : `${count} ${noun === 'entry' ? 'entries' : 'platforms'}`,
      sizeBytes,
      platforms: platforms.join(', ').length > MAX_PLATFORM_TEXT ? [] : platforms,
    };
  }
}

/** The images of an index, without attestations and other entries that run nowhere. */
export function listPlatforms({ manifests }: ImageIndex): readonly { readonly name: string; readonly descriptor: Descriptor }[] {
  return manifests.flatMap((descriptor) => {
    const { platform } = descriptor;
    return platform && platform.os !== 'unknown' ? [{ name: formatPlatform(platform), descriptor }] : [];
  });
}

/** The image of an index that stands for all: the one for linux/amd64, else the first. */
export function mainPlatform(index: ImageIndex): Descriptor | undefined {
  const platforms = listPlatforms(index);
  return (platforms.find(({ name }) => name === 'linux/amd64') ?? platforms[0])?.descriptor;
}

/** Bytes of a pull: config and layers. */
export function sizeOfImage(document: ImageManifest): number {
  return childrenOf(document).reduce((sum, { size }) => sum + size, 0);
}

/** Whether a manifest is an image rather than an artifact such as a signature, a chart, or an SBOM. */
export function isRunnable({ artifactType, config }: ImageManifest): boolean {
  return !artifactType && (config.mediaType === MEDIA_TYPES.ociConfig || config.mediaType === MEDIA_TYPES.dockerConfig);
}

function describeManifest(document: ImageManifest): Description {
  const sizeBytes = sizeOfImage(document);
  const { length } = document.layers;
  if (isRunnable(document)) return { kind: 'image', summary: length === 1 ? '1 layer' : `${length} layers`, sizeBytes, platforms: [] };
  return { kind: 'artifact', summary: describeArtifactType(artifactTypeOf(document)), sizeBytes, platforms: [] };
}
