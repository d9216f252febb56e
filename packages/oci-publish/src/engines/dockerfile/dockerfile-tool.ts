import type { SavedImage } from '@nx-oci/layout';
import type { Digest } from '@nx-oci/model';

import type { DockerfileOptions } from '../options/dockerfile-options';
import type { DockerfileEngine } from '../options/engine-names';

/** What every call of a tool shares. */
export interface ToolContext {
  /** The whole environment of each call. */
  readonly env: NodeJS.ProcessEnv;
  /** Absolute. */
  readonly workspaceRoot: string;
  readonly signal?: AbortSignal;
}

/** One build of a Dockerfile by a tool. */
export interface DockerfileBuild {
  readonly project: string;
  readonly options: DockerfileOptions;
  /** Ours; they win over labels of the options. */
  readonly labels: Readonly<Record<string, string>>;
  /** Local `name:tag` for the tool's own store. */
  readonly name: string;
  /** Absolute; an empty folder for files in between. */
  readonly scratch: string;
  /** Gets the builder's own output. */
  readonly print: (line: string) => void;
}

/** An image in the store of the tool that built it. */
export interface LocalImage {
  /** In that store: the same content has the same one there. */
  readonly id: Digest;
  /** Reads it out of the store. @param scratch as in `DockerfileBuild` */
  save(scratch: string): Promise<SavedImage>;
}

/** An image as it was named in the store of a tool. */
export interface NamedImage {
  /** Local `name:tag`. */
  readonly name: string;
  /** In that store; absent in records of tools that have none. */
  readonly imageId?: Digest;
}

/** What the store of a tool knows of an image that others stand on: its digest in a registry; `local` where it comes from none. */
export type StoredBase = Digest | 'local' | undefined;

/** A tool that builds Dockerfiles into a store of its own. */
export interface DockerfileTool {
  readonly name: DockerfileEngine;
  /** @throws OciError `ENGINE_MISSING`, `ENGINE_UNREACHABLE`; `ENGINE_FAILED` when a step fails, its output went to `print`. */
  build(build: DockerfileBuild): Promise<LocalImage>;
  /** @param reference as it was written in the Dockerfile. Resolves to `undefined` if the store says nothing of it. */
  lookUpBase?(reference: string): Promise<StoredBase>;
  /** Versions of the tool and of what it builds with, for people. @throws OciError `ENGINE_MISSING`, `ENGINE_UNREACHABLE` */
  describe(): Promise<string>;
  /**
   * Takes the name that this workspace gave an image out of the tool's store, and the image where nothing else uses it.
   *
   * @throws OciError `ENGINE_MISSING`, `ENGINE_UNREACHABLE`
   */
  remove(image: NamedImage): Promise<StoreRemoval>;
}

/** What became of an image in a tool's store. `kept` says why. */
export type StoreRemoval = { readonly kind: 'removed' | 'absent' } | { readonly kind: 'kept'; readonly reason: string };
