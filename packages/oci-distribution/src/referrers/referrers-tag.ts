import { algorithmOf, type Digest, hexOf } from '@nx-oci/model';

// Of longer digests than sha256 a part: a tag has 128 characters at most.
const MAX_ALGORITHM_LENGTH = 32;
const MAX_HEX_LENGTH = 64;

/**
 * The tag that stands for the list of what refers to a manifest, where a registry has no referrers API.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#referrers-tag-schema
 */
export function referrersTag(subject: Digest): string {
  return `${algorithmOf(subject).slice(0, MAX_ALGORITHM_LENGTH)}-${hexOf(subject).slice(0, MAX_HEX_LENGTH)}`;
}
