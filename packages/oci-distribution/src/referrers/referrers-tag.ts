import { algorithmOf, type Digest, hexOf } from '@nx-oci/model';

// Longer digests than sha256 are truncated: a tag has at most 128 characters.
const MAX_ALGORITHM_LENGTH = 32;
const MAX_HEX_LENGTH = 64;

/**
 * The tag of the referrers list of a manifest, on a registry without the referrers API.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#referrers-tag-schema
 */
export function referrersTag(subject: Digest): string {
  return `${algorithmOf(subject).slice(0, MAX_ALGORITHM_LENGTH)}-${hexOf(subject).slice(0, MAX_HEX_LENGTH)}`;
}
