import { type RegistryClient } from '@nx-oci/distribution';
import { ANNOTATIONS, isDigest, isOciError, parseReference, type Digest } from '@nx-oci/model';

import { type UsedImage } from '../../engines/image/image-record';
import { readBuiltDocuments } from '../../engines/image/read-built-documents';
import { type PublishedDigests } from '../image/publishable-image';
import { contentKey } from '../image/content-key';
import { ImageDocuments, type FoundDocument } from '../image/image-documents';
import { type ImagePlan } from './plan-image';
import { type NamedImage } from './prepare-image';

// Each costs a request.
const MAX_PLATFORMS = 16;

/**
 * The digests that images of the workspace have in registries. A build knows only what it built, before it is stamped with the
 * commit; images that are made of it name what others can pull.
 */
export class BaseDigests {
  readonly #lookedUp = new Map<string, Promise<PublishedDigests>>();

  /** @param plans of the images that this publish sends. */
  constructor(
    private readonly plans: readonly ImagePlan[],
    private readonly client: RegistryClient,
    private readonly workspaceRoot: string,
  ) {}

  /** Those of the images that an image is made of: as this publish sends them, else as their tag has them. */
  async of({ built: { workspaceImages = [] } }: NamedImage): Promise<PublishedDigests> {
    const found = await Promise.all(workspaceImages.map((image) => this.#find(image)));
    return new Map(found.flatMap((digests) => [...digests]));
  }

  async #find(image: UsedImage): Promise<PublishedDigests> {
    const plan = this.plans.find(({ prepared }) => prepared.task.project === image.project);
    if (plan !== undefined) return digestsIn(plan);
    const found = this.#lookedUp.get(image.reference) ?? this.#lookUp(image);
    this.#lookedUp.set(image.reference, found);
    return found;
  }

  /** @returns none if its registry does not tell: the publish goes on, and the label names no digest. */
  async #lookUp({ reference, digests, project = '' }: UsedImage): Promise<PublishedDigests> {
    const { registry, repository, tag = 'latest' } = parseReference(reference);
    const documents = new ImageDocuments(this.client.repository({ registry, repository }), undefined);
    try {
      const published = await readImages(documents, tag);
      const named = new Map(published.flatMap(nameContent));
      if (digests.every((digest) => named.has(digest))) return named;
      return new Map([...named, ...(await this.#matchContents(project, published, documents))]);
    } catch (error) {
      if (isOciError(error)) return new Map();
      throw error;
    }
  }

  /** An image that was put on its new base without a build names no content that was ever built. */
  async #matchContents(project: string, published: readonly FoundDocument[], documents: ImageDocuments): Promise<PublishedDigests> {
    const built = await readBuiltDocuments(this.workspaceRoot, project);
    const byKey = new Map(built.map(({ digest, layers, config }) => [contentKey(layers, config), digest]));
    const matches = published.map(async ({ digest, content }) => {
      const config = content && (await documents.configOf(content));
      if (content === undefined || !('layers' in content) || config === undefined) return [];
      const builtAs = byKey.get(contentKey(content.layers, config));
      return builtAs === undefined ? [] : [[builtAs, digest] as const];
    });
    return new Map((await Promise.all(matches)).flat());
  }
}

/** An image, or an index and the images of its platforms. */
async function readImages(documents: ImageDocuments, reference: string): Promise<readonly FoundDocument[]> {
  const root = await documents.find(reference);
  if (root === undefined) return [];
  const below = root.content !== undefined && 'manifests' in root.content ? root.content.manifests : [];
  const images = await Promise.all(below.slice(0, MAX_PLATFORMS).map(({ digest }) => documents.find(digest)));
  return [root, ...images.flatMap((image) => image ?? [])];
}

/** Its digest, by that of the same image as it was built. */
function nameContent({ digest, content }: FoundDocument): readonly (readonly [Digest, Digest])[] {
  const built = content?.annotations?.[ANNOTATIONS.content];
  return isDigest(built) ? [[built, digest]] : [];
}

/** An adopted image was built elsewhere, perhaps with other bytes, and of several platforms only its index is known. */
function digestsIn({ digest, prepared: { image } }: ImagePlan): PublishedDigests {
  if (digest === image.digest) return new Map(image.platforms.map(({ builtAs, manifest }) => [builtAs, manifest.descriptor.digest]));
  const [only, ...others] = image.platforms;
  return digest === undefined || only === undefined || others.length > 0 ? new Map() : new Map([[only.builtAs, digest]]);
}
