import type { SavedImage } from '@nx-oci/layout';
import type { Credential } from '@nx-oci/distribution';
import type { ContentSource, Descriptor, Digest, ImageReference } from '@nx-oci/model';

import type { DockerfileOptions } from '../options/dockerfile-options';
import type { DockerfileEngine } from '../options/engine-names';
import type { BuildTurn } from '../tools/build-turns';

/** Shared by all calls of a tool. */
export interface ToolContext {
  /** The whole environment of each call. */
  readonly env: NodeJS.ProcessEnv;
  /** Absolute. */
  readonly workspaceRoot: string;
  readonly signal?: AbortSignal;
  /** The logins of registries.yaml, for builders that read caches and push; all others are the user's own. */
  readonly findLogins?: () => Promise<readonly RegistryLogin[]>;
  /** For images that a builder pushed. */
  readonly openRepository?: (reference: ImageReference) => Promise<ContentSource>;
}

/** How to log in to a registry, for a builder. */
export interface RegistryLogin {
  /** `host[:port]` */
  readonly registry: string;
  readonly credential: Credential;
}

/** One build of a Dockerfile by a tool. */
export interface DockerfileBuild {
  readonly project: string;
  readonly options: DockerfileOptions;
  /** Ours; they take precedence over labels in the options. */
  readonly labels: Readonly<Record<string, string>>;
  /**
   * What names in FROM and COPY --from stand for, instead of an image of a registry: a folder, `oci-layout://…`, `docker-image://…`;
   * for tools that know named contexts.
   */
  readonly contexts?: Readonly<Record<string, string>>;
  /** Absolute; replaces the Dockerfile of the options, which still decides about ignore files. */
  readonly dockerfile?: string;
  /** Layers that the registry of the base has, if they are known before the build: a builder far away need not send them. */
  readonly baseLayers?: readonly Digest[];
  /** Local `name:tag` for the tool's own store. */
  readonly name: string;
  /** Absolute; an empty folder for temporary files. */
  readonly scratch: string;
  /** Among the builds of this process: some tools do several at once. */
  readonly turn?: BuildTurn;
  /** Gets the builder's own output. */
  readonly print: (line: string) => void;
}

/** An image that a tool built. */
export interface LocalImage {
  /** The same content has the same id. */
  readonly id: Digest;
  /** In the tool's own store; absent if it has none that images stay in. */
  readonly name?: string;
  /** Exports it, for each of its platforms. @param scratch as in `DockerfileBuild` */
  save(scratch: string): Promise<readonly SavedImage[]>;
  /** @param reference as written in the Dockerfile. Resolves to `undefined` if the tool does not know it. */
  lookUpBase?(reference: string): Promise<StoredBase>;
  /** Has all of it, if no document may change: what names their digests is part of the image. */
  readonly asBuilt?: AsBuilt;
}

/** An image as a builder made it. */
export interface AsBuilt {
  /** An index, where attestations are beside the images. */
  readonly root: Descriptor;
  readonly source: ContentSource;
}

/** Where a tool keeps images, for FROM and COPY --from. */
export interface ImageStore {
  /** The `name:tag` of a build, as a Dockerfile must write it so that the tool finds it in its store. */
  localName(name: string): string;
  /** The id of an image in the store, as the tool tells it; `undefined` if there is none of that name. */
  idOf(name: string): Promise<Digest | undefined>;
  /** @param archive absolute path, as `writeImageArchive` writes it for that name. */
  load(archive: string, name: string): Promise<void>;
}

/** An image as it was named in the store of a tool. */
export interface NamedImage {
  /** Local `name:tag`. */
  readonly name: string;
  /** In that store; absent in records of tools without ids. */
  readonly imageId?: Digest;
}

/** An image that a tool has in its store, whoever made it. */
export interface StoredImage {
  readonly id: Digest;
  /** `name:tag` as the tool shows it; none for an image that lost its name to a newer one. */
  readonly names: readonly string[];
  /** The image that it was built on, if the tool records it. */
  readonly parent?: Digest;
  /** Digests of its uncompressed layers, lowest first. */
  readonly diffIds: readonly string[];
  /** With the layers that it shares with others. */
  readonly sizeBytes: number;
  /** Of layers that no other image has, if the tool knows it. */
  readonly uniqueBytes?: number;
  /** Names of all containers of it, running or not. */
  readonly containers: readonly string[];
}

/** What removing a builder's cache freed. */
export interface CacheRemoval {
  /** Of what is, or was, removed. `undefined` if the tool does not tell. */
  readonly bytes: number | undefined;
}

export interface CacheRules {
  /** Only what was not used for so long; by default all that nothing uses. */
  readonly unusedForMs?: number;
  /** The builder of buildx, by its name. */
  readonly builder?: string;
  readonly isDryRun: boolean;
}

/** What a tool knows about a base image: its digest in a registry; `local` if it comes from none. */
export type StoredBase = Digest | 'local' | undefined;

/** A tool that builds Dockerfiles. */
export interface DockerfileTool {
  readonly name: DockerfileEngine;
  /** Absent if it reads named contexts instead. */
  readonly store?: ImageStore;
  /**
   * @throws OciError `ENGINE_MISSING`, `ENGINE_UNREACHABLE`; `ENGINE_FAILED` when a step fails, after its output went to `print`.
   */
  build(build: DockerfileBuild): Promise<LocalImage>;
  /**
   * Versions of the tool and its builder, for the user.
   *
   * @param builder of buildx, by its name; the current one by default.
   * @throws OciError `ENGINE_MISSING`, `ENGINE_UNREACHABLE`
   */
  describe(builder?: string): Promise<string>;
  /**
   * Removes the name that this workspace gave an image from the tool's store, and the image itself if nothing else uses it.
   *
   * @throws OciError `ENGINE_MISSING`, `ENGINE_UNREACHABLE`
   */
  remove(image: NamedImage): Promise<StoreRemoval>;
  /** All images of the store. @throws OciError `ENGINE_MISSING`, `ENGINE_UNREACHABLE`, `ENGINE_FAILED` */
  listImages(): Promise<readonly StoredImage[]>;
  /** Empties the builder's cache, of all its users; `undefined` if the tool has none apart from its images. */
  removeCache?(rules: CacheRules): Promise<CacheRemoval>;
}

/** The result of removing an image from a tool's store. `kept` says why. */
export type StoreRemoval = { readonly kind: 'removed' | 'absent' } | { readonly kind: 'kept'; readonly reason: string };
