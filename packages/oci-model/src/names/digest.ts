import { createHash, type Hash } from 'node:crypto';

import { OciError } from '../errors/oci-error';
import { quote } from '../text/quote';

export type DigestAlgorithm = 'sha256' | 'sha384' | 'sha512';

/** A checked digest, `algorithm:hex` in lower case. Safe in a path or URL. Made by `parseDigest` or `digestOf`. */
export type Digest = `${DigestAlgorithm}:${string}`;

const HEX_LENGTHS: Readonly<Record<DigestAlgorithm, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/**
 * Checks an untrusted digest.
 *
 * @throws OciError `DIGEST_INVALID`
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests
 */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new OciError('DIGEST_INVALID', `${quote(text)} is not a digest.`, {
    hint: 'A digest is sha256: and 64 lower-case hexadecimal characters (sha384: 96, sha512: 128).',
  });
}

export function isDigest(text: unknown): text is Digest {
  if (typeof text !== 'string') return false;
  const [, algorithm, hex] = /^(sha256|sha384|sha512):([a-f0-9]+)$/.exec(text) ?? [];
  return hex !== undefined && hex.length === HEX_LENGTHS[algorithm as DigestAlgorithm];
}

export function algorithmOf(digest: Digest): DigestAlgorithm {
  return digest.slice(0, digest.indexOf(':')) as DigestAlgorithm;
}

/** The part after the colon. */
export function hexOf(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1);
}

/** `sha256:a1b2c3d4e5f6…`, for people. */
export function shortDigest(digest: Digest): string {
  return `${algorithmOf(digest)}:${hexOf(digest).slice(0, 12)}`;
}

export function digestOf(content: Uint8Array | string, algorithm: DigestAlgorithm = 'sha256'): Digest {
  return finishDigest(createHash(algorithm).update(content), algorithm);
}

export function finishDigest(hash: Hash, algorithm: DigestAlgorithm): Digest {
  return `${algorithm}:${hash.digest('hex')}`;
}
