import { ANNOTATIONS, type ContentSource, type TagReader } from '@nx-oci/model';

import { type PublishedImage } from './image-facts';
import { type Document, ImageDocuments } from './image-documents';
import { listPlatforms } from './list-platforms';
import { readFacts } from './stamp-facts';

export interface ReadingOptions {
  readonly signal?: AbortSignal;
  /** Whether to read the platforms, too, from configs if nothing else shows them. Default false. */
  readonly withPlatforms?: boolean;
}

/**
 * The facts that an image on a registry records. Our images have them in annotations of the manifest, which costs one
 * request; for others (and those that an engine pushed) the config is read, too. A damaged image has none.
 */
export async function readPublishedImage(
  repository: TagReader & ContentSource,
  reference: string,
  { signal, withPlatforms = false }: ReadingOptions = {},
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
  return {
    digest,
    ...('config' in content && {
      configDigest: content.config.digest,
      sizeBytes: [content.config, ...content.layers].reduce((sum, { size }) => sum + size, manifestBytes),
    }),
    facts: { ...facts, ...(platforms && { platforms }), ...(baseDigests.length > 0 && { baseDigests }) },
  };
}

/** Of an image; of an index, those of its first image. */
async function readLabels(documents: ImageDocuments, document: Document): Promise<Readonly<Record<string, string>> | undefined> {
  if (!('manifests' in document)) return (await documents.configOf(document))?.config?.Labels;
  const [first] = document.manifests;
  const image = first && (await documents.find(first.digest))?.content;
  return image && (await documents.configOf(image))?.config?.Labels;
}
