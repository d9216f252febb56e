import { encodeManifest, parseIndex, type Descriptor, type Digest, type EncodedManifest } from '@nx-oci/model';

import { fillIn } from './stamp-image';

/**
 * Writes facts into an index: a new one over images that were stamped, in the same order and for the same platforms.
 *
 * Pure. Existing annotations win, as in `stampImage`; those of the entries stay.
 *
 * @param stamped the new descriptor of each manifest, by its old digest; a manifest that is not in it stays as it is.
 * @throws OciError `MANIFEST_INVALID`
 */
export function stampIndex(
  index: EncodedManifest,
  stamped: ReadonlyMap<Digest, Pick<Descriptor, 'mediaType' | 'digest' | 'size'>>,
  annotations: Readonly<Record<string, string>>,
): EncodedManifest {
  const document = parseIndex(index.bytes, index.descriptor.mediaType);
  const manifests = document.manifests.map((entry): Descriptor => {
    const { mediaType, digest, size } = stamped.get(entry.digest) ?? entry;
    return { ...entry, mediaType, digest, size };
  });
  return encodeManifest({ ...document, manifests, annotations: fillIn(document.annotations, annotations) });
}
