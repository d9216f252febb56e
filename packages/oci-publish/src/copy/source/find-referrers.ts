import { isOciError, OciError, type Digest, type EncodedManifest, type ReferrerReader, type TagReader } from '@nx-oci/model';

import { readImage, type SourceImage } from './read-image';

/** A referrer of an image: a signature, an SBOM, an attestation. */
export interface Referrer {
  readonly image: SourceImage;
  /** How it is found: by its subject, or by a tag made of that digest, as cosign does. */
  readonly link: { readonly kind: 'subject'; readonly subject: Digest } | { readonly kind: 'tag'; readonly tag: string };
}

type Source = TagReader & ReferrerReader;

// cosign before version 3, unless it is set to use referrers: https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
const COSIGN_SUFFIXES = ['.sig', '.att', '.sbom'];

// Each costs at least one request, and everyone with push access to the source can add some.
const MAX_REFERRERS = 1000;

/**
 * Finds the referrers of an image, of its platforms, and of these referrers: through the referrers API or its fallback tag, and
 * by cosign's tags.
 */
export async function findReferrers(source: Source, image: SourceImage, signal?: AbortSignal): Promise<readonly Referrer[]> {
  const digests = image.documents.map(({ descriptor }) => descriptor.digest);
  const [referrers, tagged] = await Promise.all([findBySubject(source, digests, signal), findTagged(source, digests, signal)]);
  return [...referrers, ...tagged];
}

async function findBySubject(source: Source, digests: readonly Digest[], signal?: AbortSignal): Promise<readonly Referrer[]> {
  const seen = new Set<Digest>(digests);
  const found: Referrer[] = [];

  const visit = async (subject: Digest): Promise<void> => {
    const listed = (await source.listReferrers(subject, { signal })).filter(({ digest }) => !seen.has(digest));
    for (const { digest } of listed) seen.add(digest);
    if (seen.size - digests.length > MAX_REFERRERS) throw refuseTooMany(subject);
    await Promise.all(
      listed.map(async (descriptor) => {
        const manifest = await source.fetchManifest(descriptor.digest, { signal });
        // A list that is stored under a tag may name deleted manifests.
        if (manifest === undefined) return;
        found.push({ image: await readImage(source, manifest, signal), link: { kind: 'subject', subject } });
        await visit(descriptor.digest);
      }),
    );
  };

  await Promise.all(digests.map(visit));
  return found;
}

async function findTagged(source: Source, digests: readonly Digest[], signal?: AbortSignal): Promise<readonly Referrer[]> {
  const names = digests.flatMap((digest) => COSIGN_SUFFIXES.map((suffix) => digest.replace(':', '-') + suffix));
  const tags = await listTagsIfAllowed(source, signal);
  const candidates = tags === undefined ? names : names.filter((name) => tags.has(name));
  const found = await Promise.all(
    candidates.map(async (tag) => {
      const manifest = await source.fetchManifest(tag, { signal });
      return manifest === undefined ? [] : [await attachTagged(source, { manifest, tag }, signal)];
    }),
  );
  return found.flat();
}

interface TaggedManifest {
  readonly manifest: EncodedManifest;
  readonly tag: string;
}

async function attachTagged(source: TagReader, { manifest, tag }: TaggedManifest, signal?: AbortSignal): Promise<Referrer> {
  return { image: await readImage(source, manifest, signal), link: { kind: 'tag', tag } };
}

/** One list is cheaper than three requests for each manifest; but a login with pull access may not be allowed to list. */
async function listTagsIfAllowed(source: TagReader, signal?: AbortSignal): Promise<ReadonlySet<string> | undefined> {
  try {
    const { names, unread } = await source.listTags({ signal });
    return unread === undefined ? new Set(names) : undefined;
  } catch (error) {
    if (isOciError(error, 'DENIED', 'UNAUTHORIZED', 'REGISTRY_FAILED')) return undefined;
    throw error;
  }
}

function refuseTooMany(subject: Digest): OciError {
  return new OciError('MANIFEST_INVALID', `More than ${MAX_REFERRERS} signatures, SBOMs and others refer to ${subject} or its parts.`, {
    hint: 'Copy the image alone: `--referrers=false`.',
  });
}
