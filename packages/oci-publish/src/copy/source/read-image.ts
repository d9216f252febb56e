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

/** A complete artifact of a source: its manifests in memory, its blobs as descriptors. */
export interface SourceImage {
  readonly root: EncodedManifest;
  /** All manifests and indexes, including the root, without duplicates. */
  readonly documents: readonly EncodedManifest[];
  /** All blobs, without duplicates and without layers that are never copied. */
  readonly blobs: readonly Descriptor[];
}

// A real index has a few dozen. Without a limit, its author would decide how many requests we send.
const MAX_DOCUMENTS = 1000;
const MAX_NESTING = 8;

/**
 * Reads every manifest below a root, so that everything to be copied is known before anything is written. Each is fetched
 * once: the copy itself uses the result.
 *
 * @throws OciError `NOT_FOUND` if the source lacks a child, `MANIFEST_INVALID` if there are too many.
 */
export async function readImage(source: TagReader, root: EncodedManifest, signal?: AbortSignal): Promise<SourceImage> {
  const documents = new Map<Digest, EncodedManifest>();
  // Recorded before it is fetched: otherwise nested indexes that name the next one twice would multiply the requests.
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

/** Total bytes, each digest counted once. */
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
