import type { Digest } from './digest';
import type { Platform } from './platform';

/**
 * Points at content by digest and size.
 *
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md
 */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** Bytes, an integer ≥ 0. */
  readonly size: number;
  readonly platform?: Platform;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly artifactType?: string;
  readonly urls?: readonly string[];
  /** The content itself, base64; only for very small documents. */
  readonly data?: string;
}
