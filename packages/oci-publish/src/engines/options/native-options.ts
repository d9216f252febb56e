import type { Compression, ConfigChanges, LayerSource } from '@nx-oci/layout';
import type { ImageReference, Platform } from '@nx-oci/model';

/** What an image stands on. */
export type BaseChoice =
  | { readonly kind: 'scratch' }
  /** An OCI image layout on this machine; absolute path. */
  | { readonly kind: 'layout'; readonly folder: string }
  /** Its layers are read once, for their folders, and not stored. */
  | { readonly kind: 'registry'; readonly reference: ImageReference };

/** Files of a layer, and what is done with those among them that git or a `.dockerignore` ignores: they are left out unless written. */
export interface NativeSource extends LayerSource {
  readonly ignored?: 'include' | 'exclude';
}

/** One layer: what changes together lies together. */
export interface NativeLayer {
  /** For the user. */
  readonly name: string;
  readonly sources: readonly NativeSource[];
}

/** What the native engine needs; complete and checked. */
export interface NativeBuildOptions {
  readonly base: BaseChoice;
  /** What changes least comes first. */
  readonly layers: readonly NativeLayer[];
  readonly platform: Platform;
  readonly config: ConfigChanges;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Left out where it is gzip. */
  readonly compression?: Exclude<Compression, 'gzip'>;
}
