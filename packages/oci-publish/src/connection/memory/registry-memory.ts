import { type RegistryCapabilities, type RegistryClient } from '@nx-oci/distribution';
import { type Digest } from '@nx-oci/model';

import { dataFolder } from '../../run/data-folder';
import { type BlobClaims } from './blob-claims';
import { BlobLocations } from './blob-locations';
import { readHintFile, writeHintFile, type HintedImage, type HintFile } from './hint-file';

/** Returns the observed capabilities of the hosts of a run. */
type Witness = Pick<RegistryClient, 'learned'>;

export interface MemoryOptions {
  /** Where the workspace stores hints; if absent, nothing is stored. */
  readonly folder?: string;
  /** Of the run, if it has several processes. */
  readonly claims?: BlobClaims;
}

/**
 * Everything remembered about registries, each fact for as long as it may be true: for the workspace, the capabilities and login
 * method of a host, and which repository had which image; for the run, which repository has which blob now.
 *
 * The workspace stores hints only: a wrong one costs a request, never an image, since the registry refuses a manifest with
 * missing blobs.
 */
export class RegistryMemory {
  /** Of this run. */
  readonly locations: BlobLocations;
  readonly #files = new Map<string, HintFile>();
  readonly #seen = new Map<string, HintedImage[]>();
  readonly #witnesses: Witness[] = [];

  private constructor(private readonly options: MemoryOptions) {
    this.locations = new BlobLocations(options.claims);
  }

  /** Reads what is known about these hosts. */
  static async open(registries: readonly string[], options: MemoryOptions): Promise<RegistryMemory> {
    const memory = new RegistryMemory(options);
    await Promise.all([...new Set(registries)].map((registry) => memory.meet(registry)));
    return memory;
  }

  /** Reads what is known about one more host. */
  async meet(registry: string): Promise<void> {
    const { folder } = this.options;
    if (folder !== undefined && !this.#files.has(registry)) this.#files.set(registry, await readHintFile(folder, registry));
  }

  /** Remembers what `client` learns about hosts, for later clients and runs. */
  learnFrom(client: Witness): void {
    this.#witnesses.push(client);
  }

  factsOf(registry: string): RegistryCapabilities | undefined {
    return this.#learned().get(registry) ?? this.#files.get(registry)?.facts;
  }

  /** A repository of the host that had this blob: preferably `repository` itself, then the one that was seen last. */
  findRepository(registry: string, blob: Digest, repository: string): string | undefined {
    const places = this.#imagesOf(registry).filter(({ blobs }) => blobs.includes(blob));
    return (places.find((place) => place.repository === repository) ?? places[0])?.repository;
  }

  /** Records an image that a registry has now. */
  record(registry: string, image: HintedImage): void {
    this.#seen.set(registry, [image, ...(this.#seen.get(registry) ?? [])]);
  }

  /** Stores what was seen for the next run, replacing what another process of this workspace may have written meanwhile. */
  async save(): Promise<void> {
    const { folder } = this.options;
    if (folder === undefined) return;
    const facts = this.#learned();
    const registries = new Set([...facts.keys(), ...this.#seen.keys()]);
    await Promise.all([...registries].map((registry) => this.#saveOne(folder, registry, facts.get(registry))));
  }

  /** The latest facts about each host. */
  #learned(): ReadonlyMap<string, RegistryCapabilities> {
    return new Map(this.#witnesses.flatMap((client) => [...client.learned()]));
  }

  async #saveOne(folder: string, registry: string, facts: RegistryCapabilities | undefined): Promise<void> {
    const add = (before: HintFile): HintFile => ({
      ...before,
      facts: facts ?? before.facts,
      images: newestFirst([...(this.#seen.get(registry) ?? []), ...before.images]),
    });
    const opened = this.#files.get(registry);
    if (opened !== undefined && isEqual(add(opened), opened)) return;
    const before = await readHintFile(folder, registry);
    const after = add(before);
    if (!isEqual(after, before)) await writeHintFile(folder, after);
  }

  #imagesOf(registry: string): readonly HintedImage[] {
    return [...(this.#seen.get(registry) ?? []), ...(this.#files.get(registry)?.images ?? [])];
  }
}

function isEqual(one: HintFile, other: HintFile): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function newestFirst(images: readonly HintedImage[]): HintedImage[] {
  const known = new Map<string, HintedImage>();
  for (const image of images) {
    const key = `${image.repository}@${image.manifest}`;
    if (!known.has(key)) known.set(key, image);
  }
  return [...known.values()];
}

/** Where a workspace stores its hints. */
export function hintsFolder(workspaceRoot: string, env: NodeJS.ProcessEnv): string {
  return dataFolder(workspaceRoot, env, 'hints');
}
