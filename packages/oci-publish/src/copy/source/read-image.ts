import {
  childrenOf,
  isForeignLayer,
  isManifestOrIndexType,
  OciError,
  shortDigest,
  type Descriptor,
  type Digest,
  type EncodedManifest,
  type TagReader,
} from '@nx-oci/model';

/** A whole artefact of a source: the manifests in memory, blobs as descriptors. */
export interface SourceImage {
  readonly root: EncodedManifest;
  /** Every manifest and index, the root too, each once. */
  readonly documents: readonly EncodedManifest[];
  /** What the documents name besides, each once; layers that are never copied left out. */
  readonly blobs: readonly Descriptor[];
}

// A real index has some dozens. Its author decides how many requests it costs us.
const MAX_DOCUMENTS = 1000;
const MAX_NESTING = 8;

/**
 * Reads every manifest below a root: afterwards all that will be copied is known, before anything is written. Each is fetched
 * once: the copy itself reads them from here.
 *
 * @throws OciError `NOT_FOUND` where the source lacks a child, `MANIFEST_INVALID` where there are too many.
 */
export async function readImage(source: TagReader, root: EncodedManifest, signal?: AbortSignal): Promise<SourceImage> {
  const documents = new Map<Digest, EncodedManifest>();
  // Noted before it is fetched: an index may name one manifest twice, and indexes that do so at each level would never end.
  const started = new Set<Digest>([root.descriptor.digest]);
  const blobs = new Map<Digest, Descriptor>();

  const visit = async (document: EncodedManifest, depth: number): Promise<void> => {
    documents.set(document.descriptor.digest, document);
    const children = childrenOf(document).filter((child) => !isForeignLayer(child));
    for (const child of children.filter(({ mediaType }) => !isManifestOrIndexType(mediaType))) blobs.set(child.digest, child);
    const manifests = children.filter(({ mediaType, digest }) => isManifestOrIndexType(mediaType) && isFirst(started, digest));
    if (started.size > MAX_DOCUMENTS || depth > MAX_NESTING) throw refuseTooMany(root.descriptor.digest);
    await Promise.all(manifests.map(async (child) => visit(await fetchChild(source, child, signal), depth + 1)));
  };

  await visit(root, 0);
  return { root, documents: [...documents.values()], blobs: [...blobs.values()] };
}

function isFirst(started: Set<Digest>, digest: Digest): boolean {
  return !started.has(digest) && started.add(digest).has(digest);
}

/** Bytes of everything, each digest once. */
export function sizeOfImage({ documents, blobs }: SourceImage): number {
  return [...documents.map(({ descriptor }) => descriptor), ...blobs].reduce((sum, { size }) => sum + size, 0);
}

async function fetchChild(source: TagReader, { digest, platform }: Descriptor, signal?: AbortSignal): Promise<EncodedManifest> {
  const found = await source.fetchManifest(digest, { signal });
  if (found !== undefined) return found;
  const what = platform === undefined ? shortDigest(digest) : `${shortDigest(digest)} (${platform.os}/${platform.architecture})`;
  throw new OciError('NOT_FOUND', `The index lists ${what}, but the source does not have it.`, {
    hint: 'Set `platforms` to those that exist, or repair the source.',
  });
}

function refuseTooMany(digest: Digest): OciError {
  const limits = `more than ${MAX_DOCUMENTS} manifests, or indexes nested more than ${MAX_NESTING} deep`;
  return new OciError('MANIFEST_INVALID', `Cannot copy ${shortDigest(digest)}: it has ${limits}.`);
}
