import { ANNOTATIONS, formatPlatform, isManifestOrIndexType, normalizePlatform, type Descriptor, type Platform } from '@nx-oci/model';

import { type Document, type ImageDocuments } from './image-documents';

// Each costs two requests. Larger indexes name their platforms, because otherwise no client could choose an image.
const MAX_UNNAMED_IMAGES = 16;

/**
 * The platforms of an image, or of all images in an index: as the index names them, else as each image or its config does.
 *
 * @returns none if none is named.
 */
export async function listPlatforms(documents: ImageDocuments, root: Document): Promise<readonly string[]> {
  const found: string[] = [];
  let left = MAX_UNNAMED_IMAGES;
  for (let level: readonly Document[] = [root]; level.length > 0;) {
    const images = level.filter((document) => !('manifests' in document));
    const entries = level.flatMap((document) => ('manifests' in document ? document.manifests : []));
    found.push(...(await Promise.all(images.map((image) => platformsOf(documents, image)))).flat(), ...namePlatforms(entries));
    const unnamed = entries.filter(isUnnamed).slice(0, left);
    left -= unnamed.length;
    const below = await Promise.all(unnamed.map(({ digest }) => documents.find(digest)));
    level = below.flatMap((one) => one?.content ?? []);
  }
  return [...new Set(found)].sort();
}

function isUnnamed({ platform, mediaType }: Descriptor): boolean {
  return platform === undefined && isManifestOrIndexType(mediaType);
}

/** Our images have it in an annotation, others in their config. */
async function platformsOf(documents: ImageDocuments, image: Document): Promise<readonly string[]> {
  const { [ANNOTATIONS.platform]: said, [ANNOTATIONS.project]: project } = image.annotations ?? {};
  if (said !== undefined && project !== undefined) return [said];
  const config = await documents.configOf(image);
  return config === undefined ? [] : namePlatforms([{ platform: config }]);
}

/** Attestations, whose platform is `unknown/unknown`, do not run. */
function namePlatforms(entries: readonly { readonly platform?: Platform }[]): readonly string[] {
  const named = entries.flatMap(({ platform }) => (platform === undefined ? [] : [platform]));
  const known = named.filter(({ os, architecture }) => ![os, architecture].some((word) => word === '' || word === 'unknown'));
  return known.map((platform) => formatPlatform(normalizePlatform(platform)));
}
