import { ANNOTATIONS, type ContentSource, type TagReader } from '@nx-oci/model';

import { type PublishedImage } from './image-facts';
import { type Document, ImageDocuments } from './image-documents';
import { listPlatforms } from './list-platforms';
import { readFacts } from './stamp-facts';

export interface ReadingOptions {
  readonly signal?: AbortSignal;
  /** Whether to read the platforms, too, from configs if nothing else shows them. Default false. */
  readonly withPlatforms?: boolean;
  /** Whether to read the images of an index for its size. Default false. */
  readonly withSize?: boolean;
}

/**
 * The facts that an image on a registry records. Our images have them in annotations of the manifest, which costs one
 * request; for others (and those that an engine pushed) the config is read, too. A damaged image has none.
 */
export async function readPublishedImage(
  repository: TagReader & ContentSource,
  reference: string,
  { signal, withPlatforms = false, withSize = false }: ReadingOptions = {},
): Promise<PublishedImage | undefined> {
  const documents = new ImageDocuments(repository, signal);
  const found = await documents.find(reference);
  if (found === undefined) return undefined;
  const { digest, content, manifestBytes } = found;
  if (content === undefined) return { digest, facts: readFacts({}) };
  const { annotations = {} } = content;
  const labels = annotations[ANNOTATIONS.project] === undefined ? await readLabels(documents, content) : {};
  const { platforms: said, ...facts } = readFacts({ ...labels, ...annotations });
  const listed = withPlatforms ? await listPlatforms(documents, content) : [];
  const platforms = listed.length > 0 ? listed : said;
  const baseDigests = 'manifests' in content ? content.manifests.flatMap((entry) => entry.annotations?.[ANNOTATIONS.baseDigest] ?? []) : [];
  const sizeBytes = 'config' in content || withSize ? await measure(documents, { content, manifestBytes }) : undefined;
  return {
    digest,
    ...('config' in content && { configDigest: content.config.digest }),
    ...(sizeBytes !== undefined && { sizeBytes }),
    facts: { ...facts, ...(platforms && { platforms }), ...(baseDigests.length > 0 && { baseDigests }) },
  };
}

// Each costs a request. An index with more, or with an index in it, has no size that one number describes.
const MAX_MEASURED_IMAGES = 16;

/** Bytes of manifests, configs and compressed layers, each once; `undefined` if an image of an index is missing or damaged. */
async function measure(
  documents: ImageDocuments,
  { content, manifestBytes }: { readonly content: Document; readonly manifestBytes: number },
): Promise<number | undefined> {
  if (!('manifests' in content)) return sum([content.config, ...content.layers]) + manifestBytes;
  // Attestations are no images.
  const entries = content.manifests.filter(({ platform }) => platform?.architecture !== 'unknown');
  if (entries.length > MAX_MEASURED_IMAGES) return undefined;
  const images = await Promise.all([...new Set(entries.map(({ digest }) => digest))].map((digest) => documents.find(digest)));
  const blobs = images.map((image) =>
    image?.content === undefined || 'manifests' in image.content ? undefined : [image.content.config, ...image.content.layers],
  );
  if (blobs.some((one) => one === undefined)) return undefined;
  const each = new Map(blobs.flatMap((one) => one ?? []).map((blob) => [blob.digest, blob]));
  return manifestBytes + sum([...each.values()]) + images.reduce((total, image) => total + (image?.manifestBytes ?? 0), 0);
}

function sum(blobs: readonly { readonly size: number }[]): number {
  return blobs.reduce((total, { size }) => total + size, 0);
}

/** Of an image; of an index, those of its first image. */
async function readLabels(documents: ImageDocuments, document: Document): Promise<Readonly<Record<string, string>> | undefined> {
  if (!('manifests' in document)) return (await documents.configOf(document))?.config?.Labels;
  const [first] = document.manifests;
  const image = first && (await documents.find(first.digest))?.content;
  return image && (await documents.configOf(image))?.config?.Labels;
}
