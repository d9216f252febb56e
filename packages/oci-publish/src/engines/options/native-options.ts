import type { Compression, ConfigChanges, LayerSource } from '@nx-oci/layout';
import type { ImageReference, Platform } from '@nx-oci/model';

/** The base of an image. */
export type BaseChoice =
  | { readonly kind: 'scratch' }
  | ProjectBase
  /** An OCI image layout on this machine; absolute path. */
  | { readonly kind: 'layout'; readonly folder: string }
  /** An image in a registry: its layers are read once to find their folders, and are not stored. */
  | { readonly kind: 'registry'; readonly reference: ImageReference };

/** The image of another project of the workspace, as built. */
export interface ProjectBase {
  readonly kind: 'project';
  readonly project: string;
  /** Absolute. */
  readonly folder: string;
  /** Whether its platforms are parts, each in a folder of its own below that. */
  readonly hasParts?: boolean;
  readonly reference: ImageReference;
}

/** The files of a layer; `ignored` decides about those that git or a `.dockerignore` ignores, which are left out by default. */
export interface NativeSource extends LayerSource {
  readonly ignored?: 'include' | 'exclude';
}

/** One layer: files that change together. */
export interface NativeLayer {
  /** For the user. */
  readonly name: string;
  readonly sources: readonly NativeSource[];
}

/** The image for one platform. */
export interface NativePlatform {
  readonly platform: Platform;
  /** Put what changes least first. Platforms share a list, a layer or a source if it is the same object. */
  readonly layers: readonly NativeLayer[];
}

/** The options of the native engine, complete and checked. */
export interface NativeBuildOptions {
  readonly base: BaseChoice;
  /** At least one; several give an index, in this order. */
  readonly platforms: readonly NativePlatform[];
  readonly config: ConfigChanges;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Absent for gzip. */
  readonly compression?: Exclude<Compression, 'gzip'>;
}
