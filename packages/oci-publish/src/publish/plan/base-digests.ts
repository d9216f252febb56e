import { type RegistryClient } from '@nx-oci/distribution';
import { ANNOTATIONS, isOciError, parseReference } from '@nx-oci/model';

import { type UsedImage } from '../../engines/image/image-record';
import { type PublishedDigests } from '../image/publishable-image';
import { ImageDocuments } from '../image/image-documents';
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
  ) {}

  /** Those of the images that an image is made of: as this publish sends them, else as their tag has them. */
  async of({ built: { workspaceImages = [] } }: NamedImage): Promise<PublishedDigests> {
    const found = await Promise.all(workspaceImages.map((image) => this.#find(image)));
    return new Map(found.flatMap((digests) => [...digests]));
  }

  async #find(image: UsedImage): Promise<PublishedDigests> {
    const plan = this.plans.find(({ prepared }) => prepared.task.project === image.project);
    if (plan !== undefined) return digestsIn(plan);
    const found = this.#lookedUp.get(image.reference) ?? this.#lookUp(image.reference);
    this.#lookedUp.set(image.reference, found);
    return found;
  }

  /** @returns none if its registry does not tell: the publish goes on, and the label names no digest. */
  async #lookUp(reference: string): Promise<PublishedDigests> {
    const { registry, repository, tag = 'latest' } = parseReference(reference);
    try {
      return await readContents(new ImageDocuments(this.client.repository({ registry, repository }), undefined), tag);
    } catch (error) {
      if (isOciError(error)) return new Map();
      throw error;
    }
  }
}

/** What was built, by its content, and its digest as published: of an image, or of each platform of an index. */
async function readContents(documents: ImageDocuments, reference: string): Promise<PublishedDigests> {
  const root = await documents.find(reference);
  const below = root?.content !== undefined && 'manifests' in root.content ? root.content.manifests : [];
  const images = await Promise.all(below.slice(0, MAX_PLATFORMS).map(({ digest }) => documents.find(digest)));
  return new Map(
    [root, ...images].flatMap((image) => {
      const content = image?.content?.annotations?.[ANNOTATIONS.content];
      return image === undefined || content === undefined ? [] : [[content, image.digest] as const];
    }),
  );
}

/** An adopted image was built elsewhere, perhaps with other bytes, and of several platforms only its index is known. */
function digestsIn({ digest, prepared: { image } }: ImagePlan): PublishedDigests {
  if (digest === image.digest) return new Map(image.platforms.map(({ builtAs, manifest }) => [builtAs, manifest.descriptor.digest]));
  const [only, ...others] = image.platforms;
  return digest === undefined || only === undefined || others.length > 0 ? new Map() : new Map([[only.builtAs, digest]]);
}
